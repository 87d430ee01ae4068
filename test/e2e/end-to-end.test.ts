import { SNSClient } from '@aws-sdk/client-sns';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import { describe, expect, it } from 'vitest';
import { SnsFifoPublisher } from '../../src/activities/publishers/sns-fifo-publisher.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import { Customer, renames } from '../support/customer.ts';
import { receiveAll, useProvisionedEmulator } from '../support/provisioned-emulator.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

describe('from publish to the collectors', () => {
  const temporal = useTemporalDevServer();
  const emulator = useProvisionedEmulator();

  it('events arrive exactly as published, once, in order per aggregate, with their attributes', async () => {
    const client = new SNSClient({ endpoint: emulator.endpoint });
    const publisher = new SnsFifoPublisher({ topicArn: emulator.eventTopics['Customer'] ?? '', client });
    const worker = await createEventTopicWorker({
      connection: temporal.env.nativeConnection,
      topics: [{ topic: Customer, publisher }],
    });
    const ids = ['plain', 'with space', 'emoji 🎉', 'x'.repeat(5_000)];
    const messages = [1, 2, 3].flatMap((n) =>
      ids.flatMap((id, i) => renames(id, n, n).map((m) => short(m, i))),
    );

    await worker.runUntil(async () => {
      const topic = new EventTopic(Customer, { client: temporal.env.client });
      for (let n = 0; n < messages.length; n += 5) await topic.publish(messages.slice(n, n + 5));
      // Repeated as a whole: nothing may come twice.
      await topic.publish(messages);
      for (const queueUrl of Object.values(emulator.collectors)) {
        const received = await receiveAll(emulator.endpoint, queueUrl, messages.length);
        expect(received).toHaveLength(messages.length);
        const bodies = received.map(({ Body = '' }) => JSON.parse(Body));
        for (const id of ids) {
          const mine = (list: { id: string }[]) => list.filter((message) => message.id === id);
          expect(mine(bodies)).toEqual(mine(messages));
        }
        expect(Object.keys(received[0]?.MessageAttributes ?? {}).sort()).toEqual([
          'aggregate',
          'correlationId',
          'eventType',
          'service',
        ]);
      }
    });
    client.destroy();
  });
});

/** The same message with a msgId that says which aggregate it is of without repeating its id. */
function short(message: ReturnType<typeof renames>[number], aggregate: number): typeof message {
  const msgId = `${aggregate}-${message.meta.msgId.slice(-1)}`;
  return { ...message, meta: { ...message.meta, msgId, correlationId: msgId } };
}
