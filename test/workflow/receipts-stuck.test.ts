import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../src/client/event-topic.ts';
import { renamed, renames } from '../support/customer.ts';
import { eachLayout } from '../support/layouts.ts';
import { type Rig, until, withWorker } from '../support/publisher-worker.ts';
import { RefusingPublisher } from '../support/refusing-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const operator = { actor: 'ada', reason: 'a test' };
const wait = { waitFor: 'published' } as const;

describe.each(eachLayout('Stuck'))(
  'while callers wait for an aggregate that stands still, with $title,',
  ({ rig, partitions }) => {
    const temporal = useTemporalDevServer();

    /** Another process, as far as Temporal can tell. */
    const another = ({ topic, taskQueue }: Rig): Rig['topic'] =>
      new EventTopic(topic.topic, { client: temporal.env.client, taskQueue });

    it('others get their receipts from the same publisher', async () => {
      await withWorker(
        temporal.env,
        new RefusingPublisher(),
        async ({ topic }) => {
          const before = renames('stuck', 1, 1);
          await topic.publish(before, wait);
          await topic.pause('stuck', operator);
          const stuck = topic.publish(renames('stuck', 2, 3), wait);
          await new Promise((resolve) => setTimeout(resolve, 300));
          // In a partition another aggregate has the same publisher; without, an earlier message has.
          const others = partitions
            ? Array.from({ length: 6 }, (_, n) => renamed(`b${n}`, `b${n}-1`))
            : before;
          expect(await topic.publish(others, { ...wait, timeout: 3_000 })).toHaveLength(others.length);
          await topic.resume('stuck', operator);
          expect(await stuck).toHaveLength(2);
        },
        rig(),
      );
    });

    it('others get theirs also when more messages stand still than one update asks for', async () => {
      await withWorker(
        temporal.env,
        new RefusingPublisher(),
        async ({ topic }) => {
          const before = renames('stuck', 1, 1);
          await topic.publish(before, wait);
          await topic.pause('stuck', operator);
          const stuck = topic.publish(renames('stuck', 2, 1_300), wait);
          await new Promise((resolve) => setTimeout(resolve, 1_500));
          expect(await topic.publish(before, { ...wait, timeout: 3_000 })).toHaveLength(1);
          await topic.resume('stuck', operator);
          expect(await stuck).toHaveLength(1_299);
        },
        rig(),
      );
    });

    it('operators get through, however many processes wait', async () => {
      await withWorker(
        temporal.env,
        new RefusingPublisher(),
        async (processes) => {
          const { topic } = processes;
          await topic.pause('stuck', operator);
          const calls = Array.from({ length: 14 }, (_, n) =>
            another(processes).publish([renamed('stuck', `stuck-${n}`)], wait),
          );
          await new Promise((resolve) => setTimeout(resolve, 1_500));
          const from = Date.now();
          await topic.resume('stuck', operator);
          expect(Date.now() - from).toBeLessThan(3_000);
          const receipts = (await Promise.all(calls)).flat();
          expect(receipts.every(({ snsMessageId }) => snsMessageId)).toBe(true);
          expect(Date.now() - from).toBeLessThan(10_000);
        },
        rig(),
      );
    });

    it('and give up, the publisher is not asked for them any more', async () => {
      await withWorker(
        temporal.env,
        new RefusingPublisher(),
        async ({ topic }) => {
          await topic.pause('stuck', operator);
          await expect(
            topic.publish(renames('stuck', 1, 1), { ...wait, timeout: 200 }),
          ).rejects.toMatchObject({
            code: 'PUBLISH_NOT_CONFIRMED',
          });
          await topic.publish(renames('stuck', 2, 2));
          await until(async () => {
            const status = await topic.status('stuck');
            return status.state === 'paused' && status.pending === 2;
          });
        },
        rig(),
      );
    });
  },
);
