import { describe, expect, it } from 'vitest';
import { SnsFifoPublisher } from '../../src/activities/publishers/sns-fifo-publisher.ts';
import { SqsDeadLetterQueue } from '../../src/activities/publishers/sqs-dead-letter-queue.ts';
import { renamed, renames } from '../support/customer.ts';
import { eachLayout } from '../support/layouts.ts';
import { type RigOptions, until, withWorker } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { useEmulator } from '../support/topic-with-queue.ts';

const MIB = 1_048_576;
const tooLong = { code: 'InvalidParameter', reason: 'Message too long' };
/** More than the SNS topic takes, although the client is told otherwise. */
const large = (id: string, msgId: string): ReturnType<typeof renamed> => ({
  ...renamed(id, msgId),
  event: { type: 'NameChanged', name: 'x'.repeat(300_000) },
});

describe.each(eachLayout('DeadLettered'))('a topic with a dead letter queue, with $title,', ({ rig }) => {
  const temporal = useTemporalDevServer();
  const aws = useEmulator();

  function queues(): { publisher: SnsFifoPublisher; options: RigOptions; queueUrl: string; deadUrl: string } {
    const { topicArn, queueUrl } = aws.emulator.createTopicWithQueue({ fifo: true });
    const { queueUrl: deadUrl } = aws.emulator.createTopicWithQueue({ fifo: true });
    const publisher = new SnsFifoPublisher({ topicArn, client: aws.emulator.sns, maxMessageBytes: MIB });
    const deadLetterQueue = new SqsDeadLetterQueue({ queueUrl: deadUrl, client: aws.emulator.sqs });
    const options: RigOptions = {
      ...rig(),
      target: { onRefused: 'deadLetter', deadLetterQueue },
      client: { maxMessageBytes: MIB },
    };
    return { publisher, options, queueUrl, deadUrl };
  }

  it('sends what SNS refuses there, with the reason, and goes on in order', async () => {
    const { publisher, options, queueUrl, deadUrl } = queues();
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const messages = [
          ...renames('a', 1, 2),
          large('a', 'a-3'),
          ...renames('a', 4, 5),
          large('a', 'a-6'),
          ...renames('a', 7, 7),
        ];
        const receipts = await topic.publish(messages, { waitFor: 'published' });

        expect(receipts).toEqual(
          messages.map(({ id, meta: { msgId } }) =>
            ['a-3', 'a-6'].includes(msgId)
              ? { id, msgId, deadLetter: tooLong }
              : { id, msgId, snsMessageId: expect.any(String) },
          ),
        );
        const arrived = await aws.emulator.drain(queueUrl);
        expect(arrived.map(({ Body = '' }) => JSON.parse(Body).meta.msgId)).toEqual([
          'a-1',
          'a-2',
          'a-4',
          'a-5',
          'a-7',
        ]);
        const dead = await aws.emulator.drain(deadUrl);
        expect(dead.map(({ Body = '' }) => JSON.parse(Body))).toEqual([messages[2], messages[5]]);
        for (const { MessageAttributes, Attributes } of dead) {
          expect(MessageAttributes).toMatchObject({
            refusedCode: { StringValue: tooLong.code },
            refusedReason: { StringValue: tooLong.reason },
            eventType: { StringValue: 'NameChanged' },
          });
          expect(Attributes).toMatchObject({ MessageGroupId: 'a' });
        }
        const status = await topic.status('a');
        expect(status).toMatchObject({
          state: 'idle',
          accepted: 7,
          published: 5,
          deadLetters: 2,
          pending: 0,
        });
        expect(status).not.toHaveProperty('parked');
      },
      options,
    );
  });

  it('parks only what that queue refuses too', async () => {
    const { publisher, options } = queues();
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish([...renames('a', 1, 1), large('a', 'a-2'), ...renames('a', 3, 3)]);
        await until(async () => (await topic.status('a')).state === 'parked');
        expect(await topic.status('a')).toMatchObject({
          published: 1,
          pending: 2,
          parked: { msgId: 'a-2', reason: expect.stringMatching(/^Message too long; the dead letter queue/) },
        });
        await topic.skip('a', { actor: 'ada', reason: 'too large for both' });
        await topic.publish(renames('a', 4, 4), { waitFor: 'published' });
        expect(await topic.status('a')).toMatchObject({ state: 'idle', published: 3 });
      },
      { ...options, target: { onRefused: 'deadLetter', deadLetterQueue: refusingQueue } },
    );
  });
});

const refusingQueue = {
  send: async () => ({ kind: 'event', code: 'InvalidMessageContents', reason: 'no characters' }) as const,
  describe: () => 'a queue',
};
