// SNS refuses an event: it goes to a dead letter queue, with the reason, and its aggregate goes on without it.
import { SnsFifoPublisher, SqsDeadLetterQueue } from 'temporal-event-topic/activities';
import { EventTopic } from 'temporal-event-topic/client';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import { Customer, renamed } from './customer.ts';
import { startSystem } from './system.ts';

await using system = await startSystem();
const { topicArn, queueUrl } = system.createTopic('CustomerEventTopic.fifo');
const deadLetterQueueUrl = system.createQueue('CustomerEventTopicDeadLetter.fifo');
// This SNS topic takes 256 KiB per message. Client and worker are told 1 MiB: so SNS will refuse one.
const maxMessageBytes = 1_048_576;
const publisher = new SnsFifoPublisher({ topicArn, client: system.sns, maxMessageBytes });

const { connection, sqs } = system;
// #region worker
const deadLetterQueue = new SqsDeadLetterQueue({ queueUrl: deadLetterQueueUrl, client: sqs });
const worker = await createEventTopicWorker({
  connection,
  topics: [{ topic: Customer, publisher, onRefused: 'deadLetter', deadLetterQueue }],
});
// #endregion worker
system.run(worker);
const topic = new EventTopic(Customer, { client: system.client, maxMessageBytes });

const tooLarge = renamed('C-1', 'm-2', 'x'.repeat(300_000));
const messages = [renamed('C-1', 'm-1'), tooLarge, renamed('C-1', 'm-3')];
const receipts = await topic.publish(messages, { waitFor: 'published' });
for (const { msgId, deadLetter } of receipts) {
  console.log(
    msgId,
    deadLetter ? `is a dead letter: ${deadLetter.code} ${deadLetter.reason}` : 'is published',
  );
}

// A collector has a hole where the refused event was.
for (const { Body = '' } of await system.receive(queueUrl, 2)) {
  console.log('collector got', JSON.parse(Body).meta.msgId);
}
for (const { Body = '', MessageAttributes = {} } of await system.receive(deadLetterQueueUrl, 1)) {
  const { refusedCode, refusedReason } = MessageAttributes;
  console.log('dead letter queue got', JSON.parse(Body).meta.msgId);
  console.log(`  refusedCode=${refusedCode?.StringValue} refusedReason=${refusedReason?.StringValue}`);
}

const status = await topic.status('C-1');
if (status.state !== 'unknown') console.log(`C-1 is ${status.state}, dead letters: ${status.deadLetters}`);
