// Wait until SNS has acknowledged what you publish: a receipt for each message.
import { isEventTopicError, NotPublishedError } from 'temporal-event-topic';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { EventTopic } from 'temporal-event-topic/client';
import { Customer, renamed } from './customer.ts';
import { startSystem } from './system.ts';

await using system = await startSystem();
const { topicArn } = system.createTopic('CustomerEventTopic.fifo');
// This SNS topic takes 256 KiB per message. Client and worker are told 1 MiB: so SNS will refuse one.
const maxMessageBytes = 1_048_576;
const publisher = new SnsFifoPublisher({ topicArn, client: system.sns, maxMessageBytes });
await system.runWorker({ topics: [{ topic: Customer, publisher }] });
const topic = new EventTopic(Customer, { client: system.client, maxMessageBytes });

// #region receipts
const messages = [renamed('C-1', 'm-1'), renamed('C-1', 'm-2'), renamed('C-2', 'm-3')];
const receipts = await topic.publish(messages, { waitFor: 'published', timeout: 30_000 });
for (const { msgId, snsMessageId } of receipts) console.log(msgId, 'SNS has it:', snsMessageId !== undefined);
// #endregion receipts

// The publisher knows the msgId: nothing is published again, and the receipt is the first one's.
const [again] = await topic.publish([renamed('C-1', 'm-1')], { waitFor: 'published' });
console.log('m-1 again, the same receipt:', again?.snsMessageId === receipts[0]?.snsMessageId);

// #region parked
const tooLarge = renamed('C-3', 'm-4', 'x'.repeat(300_000));
try {
  await topic.publish([tooLarge, renamed('C-3', 'm-5'), renamed('C-4', 'm-6')], { waitFor: 'published' });
} catch (error) {
  if (!(error instanceof NotPublishedError)) throw error;
  console.log(error.code); // All are accepted: an operator gets the parked ones going again.
  for (const { id, msgId, parked } of error.parked) {
    console.log(`${msgId} waits: ${id} is parked at ${parked?.msgId}: ${parked?.reason}`);
  }
  for (const { msgId } of error.receipts) console.log(msgId, 'SNS has it');
}
// #endregion parked

// Nobody waits longer than the timeout. The message is accepted: it is published when that becomes possible.
await topic.pause('C-5', { actor: 'ada', reason: 'shows a timeout' });
try {
  await topic.publish([renamed('C-5', 'm-7')], { waitFor: 'published', timeout: 500 });
} catch (error) {
  if (!isEventTopicError(error, 'PUBLISH_NOT_CONFIRMED')) throw error;
  console.log(error.code);
}
await topic.resume('C-5', { actor: 'ada', reason: 'the example goes on' });
const [late] = await topic.publish([renamed('C-5', 'm-7')], { waitFor: 'published' });
console.log('m-7 later, SNS has it:', late?.snsMessageId !== undefined);
