import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../src/client/event-topic.ts';
import { layoutWorkflowId, partitionOf } from '../../src/common/ids.ts';
import { customers, renamed, renames } from '../support/customer.ts';
import { type RigOptions, until, withWorker } from '../support/publisher-worker.ts';
import { refused, ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const operator = { actor: 'ada', reason: 'a test' };
let topics = 0;

/** A topic of its own for each test: the number of partitions belongs to the name. */
function partitioned(partitions: number): RigOptions {
  topics += 1;
  return { definition: customers(`Partitioned${topics}`, { partitions }), settings: { lingerMs: 60_000 } };
}

const ids = Array.from({ length: 40 }, (_, index) => `agg${index}`);
const some = (id: string, count: number): string[] => renames(id, 1, count).map(({ meta }) => meta.msgId);

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of items) count += 1;
  return count;
}

describe('a topic with partitions', () => {
  const temporal = useTemporalDevServer();

  it('publishes the events of many aggregates from few workflows, each in order', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    const options = partitioned(3);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await Promise.all(ids.map((id) => topic.publish(renames(id, 1, 3))));
        await Promise.all(ids.map((id) => topic.publish(renames(id, 2, 5))));
        await until(() => publisher.published.length === 5 * ids.length);
        for (const id of ids) expect(publisher.publishedOf(id)).toEqual(some(id, 5));
        expect(await topic.status('agg7')).toMatchObject({
          id: 'agg7',
          state: 'idle',
          accepted: 5,
          published: 5,
          duplicates: 2,
          partition: { ...partitionOf('agg7', 3), pending: 0, parked: 0 },
        });
        const name = options.definition?.name;
        const open = temporal.env.client.workflow.list({
          query: `WorkflowId STARTS_WITH 'event-topic-partition/${name}/'`,
        });
        await until(async () => (await countOf(open)) === 3);
      },
      options,
    );
  });

  it('keeps publishing the others when one aggregate is parked, paused, or not taken for now', async () => {
    const publisher = new ScriptedPublisher((msgId) => {
      if (msgId === 'parked-2') return refused;
      return msgId === 'slow-2' ? throttled : undefined;
    });
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.pause('paused', operator);
        await topic.publish(['parked', 'paused', 'slow', 'good'].flatMap((id) => renames(id, 1, 3)));
        await until(() => publisher.publishedOf('good').length === 3);
        await topic.publish(renames('good', 4, 20));
        await until(() => publisher.publishedOf('good').length === 20);
        await until(async () => (await topic.status('parked')).state === 'parked');
        expect(await topic.status('slow')).toMatchObject({
          state: 'publishing',
          retrying: { code: 'Throttled' },
        });
        expect(await topic.status('paused')).toMatchObject({ state: 'paused', pending: 3, paused: operator });
        expect(publisher.publishedOf('parked')).toEqual(['parked-1']);
        expect(publisher.publishedOf('slow')).toEqual(['slow-1']);
        await topic.resume('paused', operator);
        await topic.skip('parked', operator);
        await until(() => publisher.publishedOf('paused').length === 3);
        await until(() => publisher.publishedOf('parked').length === 2);
        expect(publisher.publishedOf('parked')).toEqual(['parked-1', 'parked-3']);
      },
      partitioned(1),
    );
  });

  it('lets a busy aggregate not keep a quiet one waiting', async () => {
    const publisher = new ScriptedPublisher(
      () => new Promise((resolve) => setTimeout(() => resolve(undefined), 5)),
    );
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(renames('busy', 1, 400));
        await until(() => publisher.publishedOf('busy').length > 20);
        await topic.publish(renames('quiet', 1, 1), { waitFor: 'published' });
        expect(publisher.publishedOf('busy').length).toBeLessThan(300);
        await until(() => publisher.publishedOf('busy').length === 400, 40_000);
        expect(publisher.publishedOf('busy')).toEqual(some('busy', 400));
      },
      partitioned(1),
    );
  });

  it('keeps everything over continue-as-new: queues, memory, parked and paused aggregates', async () => {
    let isDown = true;
    const publisher = new ScriptedPublisher((msgId) => {
      if (msgId === 'parked-1') return refused;
      return isDown && !msgId.startsWith('warm') ? throttled : undefined;
    });
    const options = partitioned(1);
    const settings = { ...options.settings, maxSignalsPerRun: 3 };
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(renames('warm', 1, 2));
        await topic.pause('paused', operator);
        await topic.publish(['parked', 'paused'].flatMap((id) => renames(id, 1, 2)));
        for (let n = 1; n <= 12; n += 1)
          await topic.publish([renamed('a', `a-${n}`), renamed('b', `b-${n}`)]);
        await topic.publish(renames('warm', 1, 2));
        isDown = false;
        await until(() => publisher.published.length === 2 + 24);
        expect(publisher.publishedOf('a')).toEqual(some('a', 12));
        expect(publisher.publishedOf('b')).toEqual(some('b', 12));
        expect(publisher.publishedOf('warm')).toEqual(some('warm', 2));
        expect(await topic.status('warm')).toMatchObject({ published: 2, duplicates: 2 });
        expect(await topic.status('parked')).toMatchObject({ state: 'parked' });
        expect(await topic.status('paused')).toMatchObject({
          state: 'paused',
          operations: [{ operation: 'pause' }],
        });
      },
      { ...options, settings },
    );
  });

  it('refuses a client with another number of partitions, and says what is recorded', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    const options = partitioned(2);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic, taskQueue }) => {
        await topic.publish(renames('x', 1, 1));
        for (const partitions of [3, undefined]) {
          const definition = customers(topic.topic.name, partitions ? { partitions } : {});
          const other = new EventTopic(definition, { client: temporal.env.client, taskQueue });
          await expect(other.publish(renames('x', 2, 2))).rejects.toMatchObject({
            code: 'PUBLISH_NOT_ACCEPTED',
            cause: { code: 'PARTITIONS_CHANGED', details: { recorded: 2 } },
          });
        }
        await topic.publish(renames('x', 2, 2), { waitFor: 'published' });
        expect(publisher.publishedOf('x')).toEqual(['x-1', 'x-2']);
      },
      options,
    );
  });

  it('changes the number as the guide says: drained, closed, record ended, new clients', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    const options = partitioned(2);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic, taskQueue }) => {
        const { client } = temporal.env;
        const { name } = topic.topic;
        await topic.publish(renames('x', 1, 2), { waitFor: 'published' });
        await client.workflow.getHandle(layoutWorkflowId(name)).terminate('another number');
        const other = new EventTopic(customers(name, { partitions: 5 }), { client, taskQueue });
        const publish = (): Promise<void> => other.publish(renames('x', 3, 4));
        await expect(publish()).rejects.toMatchObject({ cause: { code: 'PARTITIONS_CHANGED' } });
        await until(() =>
          publish().then(
            () => true,
            () => false,
          ),
        );
        await until(() => publisher.published.length === 4);
        expect(publisher.published).toEqual(some('x', 4));
        await expect(
          new EventTopic(topic.topic, { client, taskQueue }).publish(renames('x', 5, 5)),
        ).rejects.toMatchObject({ cause: { code: 'PARTITIONS_CHANGED', details: { recorded: 5 } } });
      },
      { ...options, settings: { lingerMs: 1_500 } },
    );
  });

  it('refuses to begin with partitions while publishers of single aggregates are open', async () => {
    const publisher = new ScriptedPublisher(() => undefined);
    const name = 'FromOneToMany';
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic, taskQueue }) => {
        await topic.publish(renames('x', 1, 1), { waitFor: 'published' });
        const other = new EventTopic(customers(name, { partitions: 2 }), {
          client: temporal.env.client,
          taskQueue,
        });
        const publish = (): Promise<void> => other.publish(renames('x', 2, 2));
        await expect(publish()).rejects.toMatchObject({
          cause: { code: 'PARTITIONS_CHANGED', details: { open: `event-topic/${name}/x` } },
        });
        // The publisher has closed when it has been idle for its linger time.
        await until(() =>
          publish().then(
            () => true,
            () => false,
          ),
        );
        await until(() => publisher.published.length === 2);
        expect(publisher.published).toEqual(['x-1', 'x-2']);
      },
      { definition: customers(name), settings: { lingerMs: 2_000 } },
    );
  });
});
