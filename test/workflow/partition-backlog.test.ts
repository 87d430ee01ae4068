import { expect, it } from 'vitest';
import { customers, renamed } from '../support/customer.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { refused, ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const AGGREGATES = 120;
const EVENTS = 8;
const BUSY_EVENTS = 200;
const name = 'x'.repeat(2_000);

const temporal = useTemporalDevServer();

it('an outage with more events than a partition may hold in memory loses and reorders none, of many aggregates', async () => {
  let isDown = true;
  const publisher = new ScriptedPublisher((msgId) => {
    if (msgId === 'stuck-1') return refused;
    return isDown && !msgId.startsWith('stuck') ? throttled : undefined;
  });
  const definition = customers('Outage', { partitions: 1 });
  const event = (id: string, n: number) => ({
    ...renamed(id, `${id}-${n}`),
    event: { type: 'NameChanged', name } as const,
  });
  const ids = Array.from({ length: AGGREGATES }, (_, index) => `a${index}`);
  await withWorker(
    temporal.env,
    publisher,
    async ({ topic }) => {
      await topic.publish(Array.from({ length: 100 }, (_, n) => event('stuck', n + 1)));
      for (let n = 1; n <= EVENTS; n += 1) await topic.publish(ids.map((id) => event(id, n)));
      await topic.publish(Array.from({ length: BUSY_EVENTS }, (_, n) => event('busy', n + 1)));
      await topic.publish([event('last', 1)]);
      const total = 100 + AGGREGATES * EVENTS + BUSY_EVENTS + 1;
      await until(async () => {
        const status = await topic.status('last');
        return 'partition' in status && status.partition?.pending === total;
      });
      isDown = false;
      await until(() => publisher.published.length === total - 100, 90_000);
      for (const id of ids) expect(publisher.publishedOf(id)).toEqual(msgIds(id, EVENTS));
      expect(publisher.publishedOf('busy')).toEqual(msgIds('busy', BUSY_EVENTS));
      expect(await topic.status('stuck')).toMatchObject({ state: 'parked', pending: 100 });
      await topic.skip('stuck', { actor: 'ada', reason: 'a test' });
      await until(() => publisher.publishedOf('stuck').length === 99);
      expect(publisher.publishedOf('stuck')).toEqual(msgIds('stuck', 100).slice(1));
    },
    { definition, settings: { lingerMs: 60_000 } },
  );
}, 150_000);

function msgIds(id: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${id}-${index + 1}`);
}
