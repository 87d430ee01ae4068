import { describe, expect, it } from 'vitest';
import { positioned } from '../support/customer.ts';
import { usePostgres } from '../support/postgres.ts';
import { until } from '../support/publisher-worker.ts';
import { createRelayRig } from '../support/relay-rig.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const temporal = useTemporalDevServer();
const postgres = usePostgres();

describe('a tail', () => {
  it.each([{}, { partitions: 2 }, { ordering: 'position' } as const])(
    'publishes what is stored, in order: %j',
    async (spec) => {
      const rig = await createRelayRig(temporal.env, postgres.pool, spec);
      const worker = await rig.worker();
      await worker.runUntil(async () => {
        const stored = positioned('a', 1, 3);
        const [first] = stored;
        await rig.store.append(stored);
        const relay = rig.relay({ mode: 'tail' });
        const started = await relay.start({ from: 'beginning' });
        expect(started).toMatchObject({ state: 'running', mode: 'tail', topic: rig.definition.name });
        await rig.store.append([...positioned('b', 1, 2), ...positioned('a', 4, 5)]);
        await until(() => rig.publisher.published.length === 7);
        expect(rig.publisher.publishedOf('a')).toEqual(positioned('a', 1, 5).map(({ meta }) => meta.msgId));
        expect(rig.publisher.publishedOf('b')).toEqual(['b-1', 'b-2']);
        expect(rig.publisher.messages.find(({ meta }) => meta.msgId === 'a-1')).toEqual(first);
        await until(async () => (await relay.status()).totals.published === 7);
        const stopped = await relay.stop();
        expect(stopped).toMatchObject({
          state: 'stopped',
          totals: { read: 7, published: 7, healed: 0, refused: 0 },
          lag: { events: 0, seconds: 0 },
        });
        // What is stored meanwhile comes when it is started again, and nothing else does.
        await rig.store.append(positioned('b', 3, 3));
        await relay.start();
        await until(() => rig.publisher.published.length === 8);
        await relay.stop();
        expect(rig.publisher.attempts).toHaveLength(8);
      });
    },
  );
});

describe('a sweep', () => {
  it('publishes what was not handed over, in its place, and nothing else', async () => {
    const rig = await createRelayRig(temporal.env, postgres.pool, { ordering: 'position' });
    const worker = await rig.worker();
    await worker.runUntil(async () => {
      await rig.store.append(positioned('a', 1, 4));
      await rig.store.append(positioned('b', 1, 2));
      await rig.topic.publish([...positioned('a', 1, 2), ...positioned('b', 1, 2)]);
      await rig.topic.publish(positioned('a', 4, 4));
      const relay = rig.relay({ mode: 'sweep', everyMs: 300, graceMs: 200 });
      await relay.start({ from: 'beginning' });
      await until(() => rig.publisher.published.length === 6);
      expect(rig.publisher.publishedOf('a')).toEqual(['a-1', 'a-2', 'a-3', 'a-4']);
      await until(async () => (await relay.status()).totals.healed === 1);
      // The last one of a stream: nothing comes behind it that would show the gap.
      await rig.store.append(positioned('b', 3, 3));
      await until(() => rig.publisher.published.length === 7);
      await until(async () => (await relay.status()).totals.healed === 2);
      const { totals } = await relay.stop();
      expect(totals).toMatchObject({ healed: 2, published: 0, refused: 0 });
      expect(rig.publisher.attempts).toHaveLength(7);
    });
  });
});

describe('verify', () => {
  it('names what nobody has, and publishes nothing', async () => {
    const rig = await createRelayRig(temporal.env, postgres.pool, { ordering: 'position' });
    const worker = await rig.worker();
    await worker.runUntil(async () => {
      await rig.store.append([...positioned('a', 1, 3), ...positioned('b', 1, 2)]);
      await rig.topic.publish(positioned('a', 1, 3), { waitFor: 'published' });
      const relay = rig.relay({ mode: 'sweep' });
      const report = await relay.verify();
      expect(report).toMatchObject({
        checked: 5,
        published: 3,
        waiting: 0,
        missing: 2,
        unknown: 0,
        skipped: 0,
        parked: 0,
      });
      expect(report.holes).toMatchObject([
        { id: 'b', msgId: 'b-1', position: 1 },
        { id: 'b', msgId: 'b-2', position: 2 },
      ]);
      expect(rig.publisher.attempts).toHaveLength(3);
    });
  });
});
