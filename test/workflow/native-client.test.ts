import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import { startTemporalDevServer } from '../../src/testing/index.ts';
import { renamed, renames } from '../support/customer.ts';
import { createRig, type Rig, withWorker } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

describe('a client over a NativeConnection, which takes less CPU per call', () => {
  const temporal = useTemporalDevServer();

  it('publishes, waits for receipts, operates, and knows what nobody has published', async () => {
    const publisher = new InMemoryPublisher();
    const client = new Client({ connection: temporal.env.nativeConnection });
    const test = async ({ topic }: Rig): Promise<void> => {
      const receipts = await topic.publish(renames('a', 1, 2), { waitFor: 'published' });
      expect(receipts.map(({ msgId }) => msgId)).toEqual(['a-1', 'a-2']);
      await topic.pause('a', { actor: 'ada', reason: 'to see' });
      expect(await topic.status('a')).toMatchObject({ published: 2, state: 'paused' });
      await expect(topic.retry('a', { actor: 'ada', reason: 'to see' })).rejects.toMatchObject({
        code: 'OPERATION_REFUSED',
      });
      expect(await topic.status('nobody')).toMatchObject({ state: 'unknown' });
    };
    await withWorker(temporal.env, publisher, test, { client: { client } });
  });

  it('says so when Temporal is gone', async () => {
    const env = await startTemporalDevServer();
    const connection = await NativeConnection.connect({ address: env.address });
    const { topic } = createRig(env, { client: { client: new Client({ connection }) } });
    await env.teardown();
    await expect(
      topic.publish([renamed('a', 'a-1')], { signal: AbortSignal.timeout(3_000) }),
    ).rejects.toMatchObject({ code: 'PUBLISH_NOT_ACCEPTED' });
    await connection.close();
  });
});
