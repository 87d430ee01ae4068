import { describe, expect, it } from 'vitest';

import { type CustomerMessage, customers, positioned } from '../support/customer.ts';
import { type RigOptions, until, withWorker } from '../support/publisher-worker.ts';
import { ScriptedPublisher } from '../support/scripted-publisher.ts';
import { useTimeSkippingServer } from '../support/temporal.ts';

const MINUTE = 60_000;

describe('an outage of the EventLog, while the second of three events is missing', () => {
  const temporal = useTimeSkippingServer();
  const [first, second, third] = positioned('a', 1, 3) as [CustomerMessage, CustomerMessage, CustomerMessage];

  /** The EventLog fails until so long after it was asked first, in the server's time. */
  function withOutage(name: string, outageMs: number): RigOptions {
    let start: number | undefined;
    const eventLog = {
      async *readStream(): AsyncIterable<CustomerMessage> {
        const now = await temporal.env.currentTimeMs();
        start ??= now;
        if (now - start < outageMs) throw new Error('no connection');
        yield second;
      },
    };
    const definition = customers(name, { ordering: 'position' });
    return { definition, settings: { gapTimeoutMs: 1_000 }, target: { eventLog } };
  }

  it('heals by itself after eight minutes', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish([first, third]);
        await temporal.env.sleep('9 minutes');
        await until(() => publisher.published.length === 3);
        expect(publisher.published).toEqual(['a-1', 'a-2', 'a-3']);
        // The publisher closes. Open and without its worker, it would keep the server from skipping time.
        await temporal.env.sleep('11 minutes');
      },
      withOutage('ShortOutage', 8 * MINUTE),
    );
  });

  it('parks the aggregate after ten minutes, with the reason; a retry asks again', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish([first, third]);
        await temporal.env.sleep('9 minutes');
        expect((await topic.status('a')).state).not.toBe('parked');
        await temporal.env.sleep('3 minutes');
        expect(await topic.status('a')).toMatchObject({
          state: 'parked',
          parked: { code: 'Gap', reason: expect.stringMatching(/EventLog does not answer: .*no connection/) },
        });
        await temporal.env.sleep('10 minutes');
        await topic.retry('a', { actor: 'grace', reason: 'the database is back' });
        await until(() => publisher.published.length === 3);
        expect(publisher.published).toEqual(['a-1', 'a-2', 'a-3']);
      },
      withOutage('LongOutage', 20 * MINUTE),
    );
  });
});
