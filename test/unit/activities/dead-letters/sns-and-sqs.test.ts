import { expect, it, vi } from 'vitest';
import { SnsFifoPublisher } from '../../../../src/activities/publishers/sns-fifo-publisher.ts';
import { SnsPublisher } from '../../../../src/activities/publishers/sns-publisher.ts';
import { SqsDeadLetterQueue } from '../../../../src/activities/publishers/sqs-dead-letter-queue.ts';
import { customerEntry, msgIdsOf } from '../../../support/messages.ts';
import { useEmulator } from '../../../support/topic-with-queue.ts';
import { runActivity } from '../publish-events/activity.ts';

const aws = useEmulator();

const tooLarge = customerEntry(2, { event: { type: 'NameChanged', name: 'x'.repeat(300_000) } });
const entries = [customerEntry(1), tooLarge, customerEntry(3)];

async function msgIdsIn(queueUrl: string): Promise<readonly string[]> {
  const messages = await aws.emulator.drain(queueUrl);
  return messages.map(({ Body = '' }) => JSON.parse(Body).meta.msgId as string);
}

it.each([
  { topic: 'a FIFO topic, one event at a time', fifo: true, sameAggregateBatching: false },
  { topic: 'a FIFO topic, events together', fifo: true, sameAggregateBatching: true },
  { topic: 'a standard topic, one event at a time', fifo: false, sameAggregateBatching: false },
  { topic: 'a standard topic, events together', fifo: false, sameAggregateBatching: true },
])(
  'an event that SNS refuses is in the dead letter queue, the others are published to $topic',
  async (topic) => {
    const { fifo, sameAggregateBatching } = topic;
    const { topicArn, queueUrl } = aws.emulator.createTopicWithQueue({ fifo });
    const dead = aws.emulator.createTopicWithQueue({ fifo });
    const options = { topicArn, client: aws.emulator.sns, maxMessageBytes: 1_048_576 };
    const { outcomes } = await runActivity(
      fifo ? new SnsFifoPublisher(options) : new SnsPublisher(options),
      { topic: 'Customer', aggregates: [{ id: 'C-1', entries }] },
      undefined,
      {
        sameAggregateBatching,
        deadLetterQueue: new SqsDeadLetterQueue({ queueUrl: dead.queueUrl, client: aws.emulator.sqs }),
      },
    );

    expect(outcomes).toMatchObject([{ receipts: msgIdsOf(entries).map((msgId) => ({ msgId })) }]);
    expect(outcomes[0]?.receipts[1]).toEqual({
      msgId: 'm-2',
      deadLetter: { code: 'InvalidParameter', reason: 'Message too long' },
    });
    // A standard topic deduplicates nothing: what shared the batch with the refused event is there twice.
    const twice = !fifo && sameAggregateBatching ? ['m-3'] : [];
    expect((await msgIdsIn(queueUrl)).toSorted()).toEqual(['m-1', 'm-3', ...twice]);
    expect(await msgIdsIn(dead.queueUrl)).toEqual(['m-2']);
  },
);

it('50 events of one aggregate are five requests to a standard topic, and each is delivered', async () => {
  const { topicArn, queueUrl } = aws.emulator.createTopicWithQueue({ fifo: false });
  const publisher = new SnsPublisher({ topicArn, client: aws.emulator.sns });
  const publish = vi.spyOn(publisher, 'publish');
  const all = Array.from({ length: 50 }, (_, index) => customerEntry(index));
  const aggregates = [{ id: 'C-1', entries: all }];
  const { outcomes } = await runActivity(publisher, { topic: 'Customer', aggregates });

  expect(publish.mock.calls.map(([, batch]) => batch.length)).toEqual([10, 10, 10, 10, 10]);
  expect(outcomes[0]?.receipts.map(({ msgId }) => msgId)).toEqual(msgIdsOf(all));
  expect((await msgIdsIn(queueUrl)).toSorted()).toEqual([...msgIdsOf(all)].sort());
});
