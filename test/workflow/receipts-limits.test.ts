import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../src/client/event-topic.ts';
import { MAX_UPDATES_PER_RUN } from '../../src/common/defaults.ts';
import { customers, renamed, renames } from '../support/customer.ts';
import { historiesOf, updatesIn } from '../support/histories.ts';
import { withWorker } from '../support/publisher-worker.ts';
import { ScriptedPublisher } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const operator = { actor: 'ada', reason: 'a test' };
const wait = { waitFor: 'published' } as const;

/** This server refuses a run's further updates from here on: sooner than Temporal itself, which takes 2,000. */
const TEMPORAL_UPDATES_PER_RUN = 1_150;
/** Temporal takes this many updates of a workflow at a time. */
const TEMPORAL_UPDATES_IN_FLIGHT = 10;

/** By the length of its history a run would continue as new long before its updates are many. */
const limits = [
  `history.maxTotalUpdates=${TEMPORAL_UPDATES_PER_RUN}`,
  'limit.historyCount.suggestContinueAsNew=50000',
  'limit.historySize.suggestContinueAsNew=50000000',
].flatMap((value) => ['--dynamic-config-value', value]);

describe("a publisher's run", () => {
  const temporal = useTemporalDevServer({ server: { extraArgs: limits } });

  it('ends before it has had too many updates: callers who wait one after the other never notice', async () => {
    const definition = customers('Waited', { partitions: 1 });
    const publisher = new ScriptedPublisher(() => undefined);
    await withWorker(
      temporal.env,
      publisher,
      async ({ taskQueue }) => {
        const { client } = temporal.env;
        // Processes do not share updates: each of their calls has one to itself.
        const processes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(async (id) => {
          const topic = new EventTopic(definition, { client, taskQueue });
          for (let n = 0; n < 145; n += 1) await topic.publish([renamed(id, `${id}-${n}`)], wait);
        });
        await Promise.all(processes);
        expect(publisher.published).toHaveLength(1_160);
        const runs = await historiesOf(client, 'event-topic-partition/Waited/0-of-1');
        const updates = runs.map((run) => updatesIn(run).accepted);
        expect(updates.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(TEMPORAL_UPDATES_PER_RUN);
        for (const count of updates.slice(0, -1)) {
          expect(count).toBeGreaterThanOrEqual(MAX_UPDATES_PER_RUN);
          expect(count).toBeLessThan(MAX_UPDATES_PER_RUN + TEMPORAL_UPDATES_IN_FLIGHT);
        }
      },
      { definition },
    );
  }, 240_000);

  it('never has more than one update of a client in flight, however many of its callers wait', async () => {
    const definition = customers('Crowded', { partitions: 1 });
    const publisher = new ScriptedPublisher(() => soon(20));
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.pause('stuck', operator);
        const stuck = topic.publish(renames('stuck', 1, 1), wait);
        const callers = Array.from({ length: 300 }, async (_, n) => {
          await soon(5 * (n % 100));
          return topic.publish([renamed(`a${n % 20}`, `m-${n}`)], wait);
        });
        expect((await Promise.all(callers)).flat()).toHaveLength(300);
        await topic.resume('stuck', operator);
        expect(await stuck).toHaveLength(1);
        const { accepted, mostInFlight } = await updatesOf(topic.topic.name);
        // An operator's comes on top.
        expect(mostInFlight).toBeLessThanOrEqual(2);
        expect(accepted).toBeLessThan(150);
      },
      { definition },
    );
  });

  it('has room for those who come, however many have given up waiting', async () => {
    const definition = customers('Forsaken', { partitions: 1 });
    await withWorker(
      temporal.env,
      new ScriptedPublisher(() => undefined),
      async ({ topic }) => {
        await topic.pause('stuck', operator);
        for (let n = 1; n <= 30; n += 1) {
          const call = topic.publish(renames('stuck', n, n), { ...wait, timeout: 100 });
          await expect(call).rejects.toMatchObject({ code: 'PUBLISH_NOT_CONFIRMED' });
        }
        const callers = Array.from({ length: 20 }, (_, n) => topic.publish(renames(`a${n}`, 1, 1), wait));
        expect(await Promise.all(callers)).toHaveLength(20);
        await topic.resume('stuck', operator);
        const { accepted, mostInFlight } = await updatesOf(topic.topic.name);
        expect(accepted).toBeGreaterThan(30);
        // The next one ends one that nobody listens to any more.
        expect(mostInFlight).toBeLessThanOrEqual(3);
      },
      { definition },
    );
  });

  /** Of a publisher that has had one run. */
  async function updatesOf(topic: string): Promise<ReturnType<typeof updatesIn>> {
    const [run, ...others] = await historiesOf(temporal.env.client, `event-topic-partition/${topic}/0-of-1`);
    if (run === undefined || others.length > 0) throw new Error('One run is expected');
    return updatesIn(run);
  }
});

/** Resolves with nothing after that many milliseconds. */
function soon(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms));
}
