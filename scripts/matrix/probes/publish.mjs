// The whole chain with the versions that are installed here: publish, workflow, worker, SNS and SQS of an emulator, collector.
import assert from 'node:assert/strict';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import { createMeta, defineEventTopic } from 'temporal-event-topic';
import { EventCollector, MemoryInbox } from 'temporal-event-topic/collector';
import { EventTopicTestEnvironment } from 'temporal-event-topic/testing';
import * as z from 'zod';

const Customer = defineEventTopic({
  name: 'Customer',
  event: z.discriminatedUnion('type', [z.object({ type: z.literal('NameChanged'), name: z.string() })]),
});
const names = ['Ada', 'Grace', 'Mary'];
const messages = names.map((name) => ({
  id: 'c-1',
  meta: createMeta({ service: 'matrix', user: '' }),
  event: { type: 'NameChanged', name },
}));

const env = await EventTopicTestEnvironment.create({ topics: [Customer], emulator: true });
try {
  const receipts = await env.topic(Customer).publish(messages, { waitFor: 'published' });
  assert.equal(receipts.filter(({ snsMessageId }) => snsMessageId !== undefined).length, names.length);
  const published = await env.published(Customer, names.length);
  assert.deepEqual(published, messages);
  assert.deepEqual(await collect(published), names);
} finally {
  await env.close();
}
console.log('published and collected');

/** Through a queue of their own, in the order in which a collector hands them over. */
async function collect(published) {
  const emulator = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({
    endpoint: `http://127.0.0.1:${emulator.port}`,
    region: 'us-east-1',
    credentials,
  });
  try {
    return await collectFrom(await filledQueue(client, published), client);
  } finally {
    client.destroy();
    await emulator.stop();
  }
}

async function filledQueue(client, published) {
  const { QueueUrl } = await client.send(
    new CreateQueueCommand({
      QueueName: 'Customer.fifo',
      Attributes: { FifoQueue: 'true', VisibilityTimeout: '60' },
    }),
  );
  for (const message of published) {
    const { id: MessageGroupId, meta } = message;
    const fifo = { MessageGroupId, MessageDeduplicationId: meta.msgId };
    const MessageAttributes = { aggregate: { DataType: 'String', StringValue: 'Customer' } };
    await client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message), MessageAttributes, ...fifo }),
    );
  }
  return QueueUrl;
}

async function collectFrom(queueUrl, client) {
  const seen = [];
  const { promise: all, resolve } = deferred();
  const handle = async ({ event }) => {
    seen.push(event.name);
    if (seen.length === names.length) resolve();
  };
  const inbox = new MemoryInbox();
  const collector = new EventCollector({
    queueUrl,
    client,
    topics: [Customer],
    inbox,
    handlers: { Customer: { NameChanged: handle } },
  });
  await collector.start();
  await all;
  await collector.stop();
  return seen;
}

/** `Promise.withResolvers` is not there in Node 20. */
function deferred() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
