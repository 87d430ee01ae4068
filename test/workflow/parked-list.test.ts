import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EventTopic } from '../../src/client/event-topic.ts';
import type { PublisherStatus } from '../../src/common/protocol/status.ts';
import { type Customer, customers, renamed, renames } from '../support/customer.ts';
import { eachLayout } from '../support/layouts.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { RefusingPublisher } from '../support/refusing-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

type Topic = EventTopic<typeof Customer.event>;
const operator = { actor: 'ada', reason: 'a test' };
const msgIdsOf = async (topic: Topic): Promise<string[]> => (await topic.parked()).map(({ msgId }) => msgId);

/** Waits until the list says this: Temporal's lists lag. */
async function untilParked(topic: Topic, msgIds: readonly string[]): Promise<void> {
  const expected = JSON.stringify([...msgIds].sort());
  await until(async () => JSON.stringify((await msgIdsOf(topic)).sort()) === expected);
}

describe.each(eachLayout('Listed'))('the list of parked aggregates, with $title,', ({ rig, partitions }) => {
  const temporal = useTemporalDevServer();
  let publisher: RefusingPublisher;
  beforeEach(() => {
    publisher = new RefusingPublisher();
  });

  async function openMarkers(topic: Topic): Promise<string[]> {
    const markers: string[] = [];
    const query = `WorkflowType = 'eventTopicParked' AND ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH 'event-topic-parked/${topic.topic.name}/'`;
    for await (const { workflowId } of temporal.env.client.workflow.list({ query })) markers.push(workflowId);
    return markers;
  }

  async function hasContinued(workflowId: string): Promise<boolean> {
    const { raw } = await temporal.env.client.workflow.getHandle(workflowId).describe();
    return raw.workflowExecutionInfo?.firstRunId !== raw.workflowExecutionInfo?.execution?.runId;
  }

  it('has what is parked and no more: event, code, reason, since when, and its publisher', async () => {
    publisher.bad.add('a-2').add('b-1');
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(['a', 'b', 'c'].flatMap((id) => renames(id, 1, 3)));
        await untilParked(topic, ['a-2', 'b-1']);
        const parked = await topic.parked();
        for (const one of parked) {
          const { parked: onStatus } = (await topic.status(one.id)) as PublisherStatus;
          expect(one).toEqual({
            topic: topic.topic.name,
            id: one.msgId.slice(0, 1),
            ...onStatus,
            code: 'InvalidParameter',
            reason: 'bad message',
            publisher: expect.any(String),
          });
          const { type } = await temporal.env.client.workflow.getHandle(one.publisher).describe();
          expect(type).toBe('eventTopicPublisher');
        }
        expect(parked.map(({ since }) => since)).toEqual(parked.map(({ since }) => since).sort());
      },
      rig(),
    );
  });

  it('does not have those of a topic whose name begins alike', async () => {
    publisher.bad.add('a-1').add('x-1');
    const spec = partitions ? { partitions } : {};
    const name = partitions ? 'PartitionedLike' : 'Like';
    const another = customers(`${name}X`, spec);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await withWorker(
          temporal.env,
          publisher,
          async ({ topic: other }) => {
            await topic.publish([renamed('a', 'a-1')]);
            await other.publish([renamed('x', 'x-1')]);
            await untilParked(topic, ['a-1']);
            await untilParked(other, ['x-1']);
            expect(await msgIdsOf(topic)).toEqual(['a-1']);
          },
          { definition: another },
        );
      },
      { definition: customers(name, spec) },
    );
  });

  it('loses an entry by retry, skip and replace', async () => {
    publisher.bad.add('a-1').add('b-1').add('c-1');
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(['a', 'b', 'c'].flatMap((id) => renames(id, 1, 2)));
        await untilParked(topic, ['a-1', 'b-1', 'c-1']);
        publisher.bad.clear();
        await topic.retry('a', operator);
        await untilParked(topic, ['b-1', 'c-1']);
        await topic.skip('b', operator);
        await untilParked(topic, ['c-1']);
        await topic.replace('c', { ...operator, message: renamed('c', 'c-1') });
        await untilParked(topic, []);
        expect(await openMarkers(topic)).toEqual([]);
        await until(() => publisher.messages.length === 5);
      },
      rig(),
    );
  });

  it('has another entry instead when the aggregate parks at another event, or again at the same', async () => {
    publisher.bad.add('a-1').add('a-2');
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(renames('a', 1, 3));
        await untilParked(topic, ['a-1']);
        await topic.skip('a', operator);
        await untilParked(topic, ['a-2']);
        const [before] = await topic.parked();
        await topic.retry('a', operator);
        await until(async () => (await topic.parked())[0]?.since !== before?.since);
        await untilParked(topic, ['a-2']);
        expect(await openMarkers(topic)).toHaveLength(1);
      },
      rig(),
    );
  });

  it('keeps its entries over continue-as-new, one marker for each', async () => {
    publisher.bad.add('a-1');
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(renames('a', 1, 1));
        await untilParked(topic, ['a-1']);
        const markers = await openMarkers(topic);
        expect(markers).toHaveLength(1);
        for (const message of renames('a', 2, 12)) await topic.publish([message]);
        const [{ publisher: workflowId = '' } = {}] = await topic.parked();
        await until(() => hasContinued(workflowId));
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        expect(await openMarkers(topic)).toEqual(markers);
        publisher.bad.clear();
        await topic.retry('a', operator);
        await untilParked(topic, []);
        await until(() => publisher.messages.length === 12);
      },
      rig({ maxSignalsPerRun: 3 }),
    );
  });

  it('may lose a marker to somebody who terminates it: the publisher goes on', async () => {
    publisher.bad.add('a-1').add('a-3');
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(renames('a', 1, 4));
        await untilParked(topic, ['a-1']);
        const [marker = ''] = await openMarkers(topic);
        await temporal.env.client.workflow.getHandle(marker).terminate('in the way');
        await untilParked(topic, []);
        await topic.skip('a', operator);
        await untilParked(topic, ['a-3']);
        await topic.skip('a', operator);
        await until(() => publisher.messages.length === 2);
        expect(publisher.msgIdsOf('a')).toEqual(['a-2', 'a-4']);
        await untilParked(topic, []);
      },
      rig(),
    );
  });

  it('has nothing left of an aggregate that goes on before its marker has started', async () => {
    publisher.bad.add('a-1');
    const options = rig();
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(renames('a', 1, 2));
        await until(async () => (await topic.status('a')).state === 'parked');
        await topic.skip('a', operator);
        await until(() => publisher.messages.length === 1);
        await new Promise((resolve) => setTimeout(resolve, 2_500));
        expect(await openMarkers(topic)).toEqual([]);
      },
      { ...options, worker: { ...slowMarkers } },
    );
  });
});

/** Bundled for this test: an interceptor is part of the bundle. */
const slowMarkers = {
  workflowBundle: undefined as never,
  workflowsPath: join(import.meta.dirname, '../../src/workflows/index.ts'),
  interceptors: { workflowModules: [join(import.meta.dirname, '../support/slow-markers.ts')] },
};
