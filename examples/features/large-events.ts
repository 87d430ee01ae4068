// An event that is too large for SNS: its body goes to S3, and SNS carries a pointer to it.
import { isEventTopicError } from 'temporal-event-topic';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { readPointer, resolveBody, S3ClaimCheck } from 'temporal-event-topic/claim-check';
import { EventTopic } from 'temporal-event-topic/client';
import { Customer, type CustomerMessage, renamed } from './customer.ts';
import { startSystem } from './system.ts';

await using system = await startSystem();
const { topicArn, queueUrl } = system.createTopic('CustomerEventTopic.fifo');
const bucket = system.createBucket('large-events');
const publisher = new SnsFifoPublisher({ topicArn, client: system.sns });
await system.runWorker({ topics: [{ topic: Customer, publisher }] });

const large = renamed('C-1', 'm-2', 'x'.repeat(1_000_000));
const withoutBucket = new EventTopic(Customer, { client: system.client });
try {
  await withoutBucket.publish([large]);
} catch (error) {
  if (!isEventTopicError(error, 'INVALID_MESSAGES')) throw error;
  console.log('without a claim check:', error.code);
}

const { client, s3 } = system;
// #region publish
const claimCheck = new S3ClaimCheck({ bucket, client: s3 });
const topic = new EventTopic(Customer, { client, claimCheck });
await topic.publish([renamed('C-1', 'm-1'), large, renamed('C-1', 'm-3')]);
// #endregion publish

// #region collect
async function readMessage(body: string): Promise<CustomerMessage> {
  return JSON.parse(await resolveBody(body, claimCheck));
}
// #endregion collect

for (const { Body = '' } of await system.receive(queueUrl, 3)) {
  const pointer = readPointer(Body);
  const key = pointer?.key.replace(/[0-9a-f]{64}$/, '<SHA-256>');
  console.log('the queue gets', pointer ? `s3://${pointer.bucket}/${key}` : 'the message');
  const { meta, event } = await readMessage(Body);
  console.log(`  ${meta.msgId}:`, JSON.stringify(event).length, 'bytes of event');
}
