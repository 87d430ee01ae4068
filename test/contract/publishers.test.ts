import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { SNSClient } from '@aws-sdk/client-sns';
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { EventPublisher } from '../../src/activities/event-publisher.ts';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import { SnsFifoPublisher } from '../../src/activities/publishers/sns-fifo-publisher.ts';
import { SnsPublisher } from '../../src/activities/publishers/sns-publisher.ts';
import type { SnsPublisherOptions } from '../../src/activities/publishers/sns-topic.ts';
import type { EventMessage } from '../../src/common/message.ts';
import type { WireAttribute } from '../../src/common/wire-format.ts';
import { eventPublisherContract, type PublisherRig, type ReceivedMessage } from '../../src/testing/index.ts';
import { customerEntry } from '../support/messages.ts';
import { useEmulator } from '../support/topic-with-queue.ts';

const aws = useEmulator();

/** Nothing listens on port 1. */
const nowhere = clientFor(1);
/** Takes connections and never answers. */
let silent: Server;
const sockets: Socket[] = [];

beforeAll(async () => {
  silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  silent.close();
});

describe('InMemoryPublisher', () => {
  const tests = eventPublisherContract({
    features: {
      dropsRepeatedMsgIds: true,
      keepsOrder: true,
      sameAggregateBatching: false,
      wireFormat: false,
      messageGroups: false,
      remote: false,
    },
    create: async () => {
      const publisher = new InMemoryPublisher();
      return { publisher, received: async () => publisher.messages.map((message) => ({ message })) };
    },
  });
  for (const { title, run } of tests) it(title, run);
});

describe('SnsFifoPublisher', () => {
  const tests = eventPublisherContract({
    features: {
      dropsRepeatedMsgIds: true,
      keepsOrder: true,
      sameAggregateBatching: false,
      wireFormat: true,
      messageGroups: true,
      remote: true,
    },
    create: async () => snsRig(true, (options) => new SnsFifoPublisher(options)),
  });
  for (const { title, run } of tests) it(title, run);
});

describe('SnsPublisher', () => {
  const tests = eventPublisherContract({
    features: {
      dropsRepeatedMsgIds: false,
      keepsOrder: false,
      sameAggregateBatching: true,
      wireFormat: true,
      messageGroups: false,
      remote: true,
    },
    create: async () => snsRig(false, (options) => new SnsPublisher(options)),
  });
  for (const { title, run } of tests) it(title, run);
});

function snsRig(fifo: boolean, create: (options: SnsPublisherOptions) => EventPublisher): PublisherRig {
  const client = aws.emulator.sns;
  const { topicArn, queueUrl } = aws.emulator.createTopicWithQueue({ fifo });
  const hanging = clientFor((silent.address() as AddressInfo).port);
  return {
    publisher: create({ topicArn, client }),
    received: async () => (await aws.emulator.drain(queueUrl)).map(toReceived),
    faulty: {
      unreachable: create({ topicArn, client: nowhere }),
      unanswered: create({ topicArn, client: hanging }),
      asked: async () => {
        await once(silent, 'connection');
      },
      withoutTopic: create({ topicArn: topicArn.replace('topic-', 'missing-'), client }),
      refused: customerEntry(99, {
        id: 'refused',
        event: { type: 'NameChanged', name: 'x'.repeat(300_000) },
      }),
    },
    close: async () => hanging.destroy(),
  };
}

function clientFor(port: number): SNSClient {
  return new SNSClient({ region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, maxAttempts: 1 });
}

function toReceived({ Body = '', MessageAttributes = {}, Attributes = {} }: Message): ReceivedMessage {
  const attributes = Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, value]) => [name, toAttribute(value)]),
  );
  return {
    message: JSON.parse(Body) as EventMessage,
    wire: { body: Body, attributes },
    messageGroupId: Attributes.MessageGroupId,
    messageDeduplicationId: Attributes.MessageDeduplicationId,
  };
}

function toAttribute({ DataType, StringValue = '' }: MessageAttributeValue): WireAttribute {
  return { dataType: DataType as WireAttribute['dataType'], value: StringValue };
}
