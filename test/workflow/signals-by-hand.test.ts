// Whoever has access to Temporal can signal a publisher by hand: it must not fail its workflow task, nor lose what is good.
import { expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import { partitionOf, partitionWorkflowId, publisherWorkflowId } from '../../src/common/ids.ts';
import {
  AWAIT_PUBLISHED_UPDATE,
  LOAD_PAGE_SIGNAL,
  PUBLISH_SIGNAL,
  PUBLISHER_WORKFLOW,
  RETRY_UPDATE,
} from '../../src/common/names.ts';
import { renamed, renames } from '../support/customer.ts';
import { eachLayout } from '../support/layouts.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const temporal = useTemporalDevServer();

const MALFORMED = [undefined, null, 5, 'text', {}, { entries: 'a-1' }, { entries: [null, { message: {} }] }];

it.each(eachLayout('ByHand'))(
  'a malformed signal is set aside and counted, with $title',
  async ({ partitions, rig }) => {
    const publisher = new InMemoryPublisher();
    const run = rig({ maxSignalsPerRun: 4 });
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const { name } = topic.topic;
        await topic.publish([renamed('a', 'a-1')]);
        const handle = temporal.env.client.workflow.getHandle(
          partitions
            ? partitionWorkflowId(name, partitionOf('a', partitions))
            : publisherWorkflowId(name, 'a'),
        );
        for (const signal of MALFORMED) await handle.signal(PUBLISH_SIGNAL, signal);
        await handle.signal(PUBLISH_SIGNAL);
        await handle.signal(LOAD_PAGE_SIGNAL, { page: 5 });
        // A new run hears of all publishes before it hears of a page: which fault is the last must not hang on when runs end.
        await until(async () => {
          const status = await topic.status('a');
          return status.state !== 'unknown' && status.setAside?.count === 10;
        });
        await handle.signal(PUBLISH_SIGNAL, { entries: [7, { message: renamed('a', 'a-2') }] });
        await topic.publish(renames('a', 3, 6));
        await publisher.spy.published('a-6');
        expect(publisher.messages.map(({ meta }) => meta.msgId)).toEqual(
          renames('a', 1, 6).map(({ meta }) => meta.msgId),
        );
        // Across several runs: four signals end one.
        await until(async () => {
          const status = await topic.status('a');
          return status.state === 'idle' && status.published === 6;
        });
        expect(await topic.status('a')).toMatchObject({
          accepted: 6,
          published: 6,
          setAside: { count: 11, last: { at: expect.any(String), reason: 'entries[0] is not an object' } },
        });
      },
      run,
    );
  },
);

it('a malformed update is refused', async () => {
  await withWorker(temporal.env, new InMemoryPublisher(), async ({ topic }) => {
    await topic.publish([renamed('b', 'b-1')]);
    const handle = temporal.env.client.workflow.getHandle(publisherWorkflowId('Customer', 'b'));
    for (const update of [RETRY_UPDATE, AWAIT_PUBLISHED_UPDATE]) {
      for (const request of [undefined, null, 5, { actor: 1 }]) {
        await expect(handle.executeUpdate(update, { args: [request] })).rejects.toMatchObject({
          cause: {
            type: 'EventTopicOperationRefused',
            message: expect.stringMatching(/^The request is not/),
          },
        });
      }
    }
    expect(await topic.status('b')).toMatchObject({ state: 'idle', published: 1 });
  });
});

it('a publisher that is started with something else fails at once, for it has accepted nothing', async () => {
  await withWorker(temporal.env, new InMemoryPublisher(), async ({ taskQueue }) => {
    const started = temporal.env.client.workflow.execute(PUBLISHER_WORKFLOW, {
      workflowId: 'started-by-hand',
      taskQueue,
      args: [],
    });
    await expect(started).rejects.toMatchObject({
      cause: { message: 'A publisher is started with { topic, id } or { topic, partition }' },
    });
  });
});
