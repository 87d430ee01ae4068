import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTopicCommand,
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  PublishBatchCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, vi } from 'vitest';
import { toAwsAttributes } from '../../src/activities/publishers/aws-message.ts';
import { removeLeftTails, type Tailed, type TailOptions, tail } from '../../src/collector/tools/index.ts';
import { isEventTopicError } from '../../src/common/errors.ts';
import { messageGroupId } from '../../src/common/ids.ts';
import type { EventMessage } from '../../src/common/message.ts';
import { toWireMessage, type WireMessage } from '../../src/common/wire-format.ts';
import { CapturedLog } from '../support/collector-log.ts';
import { Customer, customerMessage } from '../support/messages.ts';
import { useCollectorRig } from './collector-rig.ts';

const context = useCollectorRig();
type Options = TailOptions<typeof Customer>;

describe('a tail', () => {
  it('shows events as they are published, in order per aggregate, and removes what it made when the loop is left', async () => {
    const topicArn = await createTopic();
    const shown: string[] = [];
    const events = tail(Customer, {
      ...common(topicArn),
      onSubscribed: async () => {
        for (const number of [1, 2, 3]) for (const id of ['A', 'B']) await publish(topicArn, id, number);
      },
    });
    for await (const tailed of events) {
      shown.push(tailed.ok ? `${tailed.message.meta.msgId} ${tailed.eventType}` : tailed.reason);
      if (shown.length === 6) break;
    }
    for (const id of ['A', 'B'])
      expect(shown.filter((one) => one.startsWith(id))).toEqual(
        [1, 2, 3].map((number) => `${id}-${number} NameChanged`),
      );
    expect(await left(topicArn)).toEqual({ queues: [], subscriptions: [] });
  });

  it('makes a queue that only this topic may send to, that keeps little, and says what it is', async () => {
    const topicArn = await createTopic();
    const created: CreateQueueCommand[] = [];
    const sqs = watched(context.rig.sqs, (command) => {
      if (command instanceof CreateQueueCommand) created.push(command);
    });
    const { events, resources } = await begun(topicArn, {
      sqs,
      eventTypes: ['Created'],
      retentionSeconds: 120,
    });
    const { queueUrl, subscriptionArn } = resources;
    const { Attributes } = await context.rig.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ FifoQueue: 'true', MessageRetentionPeriod: '120' });
    // The emulator forgets this one.
    expect(created[0]?.input.Attributes).toMatchObject({ SqsManagedSseEnabled: 'true' });
    const policy = JSON.parse(Attributes?.['Policy'] ?? '');
    const name = queueUrl.split('/').at(-1);
    expect(policy.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: `arn:aws:sqs:*:*:${name}`,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
      }),
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ]);
    const { Tags } = await context.rig.sqs.send(new ListQueueTagsCommand({ QueueUrl: queueUrl }));
    expect(Tags).toEqual({ 'event-topic-tail': topicArn, createdAt: expect.stringMatching(/^20\d\d-.*Z$/) });
    const subscription = await context.rig.sns.send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn: subscriptionArn }),
    );
    expect(subscription.Attributes).toMatchObject({
      RawMessageDelivery: 'true',
      FilterPolicy: '{"eventType":["Created"]}',
    });
    await events.stop();
  });

  it('leaves no queue and no subscription when its signal aborts, also while the loop is busy', async () => {
    const topicArn = await createTopic();
    const stopping = new AbortController();
    const events = tail(Customer, {
      ...common(topicArn),
      signal: stopping.signal,
      onSubscribed: () => void publish(topicArn, 'A', 1),
    });
    expect((await events.next()).value).toMatchObject({ ok: true });
    expect((await left(topicArn)).subscriptions).toHaveLength(1);
    stopping.abort();
    // Nobody asks for the next event.
    await vi.waitFor(
      async () => expect(await left(topicArn)).toEqual({ queues: [], subscriptions: [] }),
      5_000,
    );
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('ends while it waits for an event, and while it begins', async () => {
    const topicArn = await createTopic();
    const waiting = new AbortController();
    const { events } = await begun(topicArn, { signal: waiting.signal });
    waiting.abort();
    expect(await events.next()).toEqual({ done: true, value: undefined });

    const beginning = new AbortController();
    const next = tail(Customer, { ...common(topicArn), signal: beginning.signal }).next();
    beginning.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await tail(Customer, { ...common(topicArn), signal: beginning.signal }).next()).toMatchObject({
      done: true,
    });
    expect(await left(topicArn)).toEqual({ queues: [], subscriptions: [] });
  });

  it('shows what it cannot decode, with the reason, and goes on', async () => {
    const topicArn = await createTopic();
    const wire = toWireMessage('Customer', { message: customerMessage(2, { id: 'A', event: {} as never }) });
    const pointer = JSON.stringify([
      'software.amazon.payloadoffloading.PayloadS3Pointer',
      { s3BucketName: 'bucket', s3Key: 'key' },
    ]);
    const seen = await shownBy(topicArn, {}, 5, async () => {
      await publishRaw(topicArn, { body: 'no JSON', attributes: {} }, 'A');
      await publishRaw(topicArn, wire, 'A');
      await publishRaw(topicArn, { ...wire, attributes: { aggregate: text('Order') } }, 'A');
      await publishRaw(topicArn, { ...wire, body: pointer }, 'A');
      await publish(topicArn, 'A', 5);
    });
    expect(seen.map((one) => (one.ok ? one.message.meta.msgId : one.code))).toEqual([
      'NOT_JSON',
      'INVALID_EVENT',
      'UNKNOWN_TOPIC',
      'CLAIM_CHECK_FAILED',
      'A-5',
    ]);
    expect(seen[0]).toMatchObject({
      reason: 'the body is not JSON',
      queued: { body: 'no JSON', group: 'A' },
    });
    expect(seen[1]).toMatchObject({ message: { id: 'A', meta: { msgId: 'm-2' } } });
  });

  it('shows the aggregates, event types and events that it is asked for', async () => {
    const topicArn = await createTopic();
    const long = 'an id that no group can have: '.repeat(8);
    const options: Partial<Options> = {
      ids: ['A', long],
      eventTypes: ['NameChanged'],
      filter: (tailed) => tailed.message?.meta.msgId !== 'A-2',
    };
    const seen = await shownBy(topicArn, options, 3, async () => {
      await publish(topicArn, 'B', 1);
      for (const number of [1, 2, 3]) await publish(topicArn, 'A', number);
      const created = customerMessage(4, { id: 'A', event: { type: 'Created', name: 'a', address: 'b' } });
      await publishRaw(topicArn, toWireMessage('Customer', { message: created, eventType: 'Created' }), 'A');
      await publishRaw(topicArn, { body: '{', attributes: { eventType: text('NameChanged') } }, long);
    });
    const names = seen.map((one) => (one.ok ? one.message.meta.msgId : one.code));
    expect(names.sort()).toEqual(['A-1', 'A-3', 'NOT_JSON']);
  });

  it('shows all of what waits for a slow loop', async () => {
    const topicArn = await createTopic();
    const ids = Array.from({ length: 40 }, (_, index) => `C${index}`);
    const publishAll = (number: number): Promise<unknown> =>
      Promise.all(ids.map((id) => publish(topicArn, id, number)));
    const onSubscribed = async (): Promise<void> => {
      for (const number of [1, 2, 3, 4]) await publishAll(number);
    };
    const msgIds: string[] = [];
    for await (const tailed of tail(Customer, { ...common(topicArn), onSubscribed })) {
      if (msgIds.length === 0) await sleep(1_500);
      if (msgIds.push(tailed.message?.meta.msgId ?? '') === 160) break;
    }
    for (const id of ids)
      expect(msgIds.filter((msgId) => msgId.startsWith(`${id}-`))).toEqual(
        [1, 2, 3, 4].map((number) => `${id}-${number}`),
      );
  });

  it('shows an event once that SQS did not delete and gives again', async () => {
    const topicArn = await createTopic();
    let deletions = 0;
    const sqs = watched(context.rig.sqs, (command) => {
      if (command instanceof ReceiveMessageCommand) Object.assign(command.input, { VisibilityTimeout: 1 });
      if (command instanceof DeleteMessageBatchCommand) deletions += 1;
      if (command instanceof DeleteMessageBatchCommand && deletions === 1) throw new Error('no delete');
    });
    const seen = await shownBy(topicArn, { sqs }, 2, async () => {
      for (const number of [1, 2]) await publish(topicArn, 'A', number);
    });
    expect(seen.map((one) => one.message?.meta.msgId)).toEqual(['A-1', 'A-2']);
    expect(deletions).toBeGreaterThan(1);
  });

  it('removes what it made when a filter throws', async () => {
    const topicArn = await createTopic();
    const filter = (): boolean => {
      throw new Error('a wrong filter');
    };
    const publishOne = (): Promise<void> => publish(topicArn, 'A', 1);
    await expect(shownBy(topicArn, { filter }, 1, publishOne)).rejects.toThrow('a wrong filter');
    expect(await left(topicArn)).toEqual({ queues: [], subscriptions: [] });
  });

  it('says what it could not remove, and how it is removed', async () => {
    const topicArn = await createTopic();
    const sqs = failingAt(context.rig.sqs, DeleteQueueCommand);
    const { events, resources } = await begun(topicArn, { sqs });
    const error = await events.stop().catch((reason: unknown) => reason);
    expect(isEventTopicError(error, 'COLLECTOR_TOOL_FAILED') && error.message).toMatch(
      /The tail could not remove what it made: no DeleteQueue.*removeLeftTails\(\).*: aws sqs delete-queue --queue-url http/,
    );
    expect(await left(topicArn)).toEqual({ queues: [resources.queueUrl], subscriptions: [] });
    const removed = await removeLeftTails({ ...clients(), topicArn, olderThanMs: 0 });
    expect(removed).toEqual({ queues: [resources.queueUrl], subscriptions: [], failed: [] });
  });

  it('removes its queue when it cannot subscribe', async () => {
    const topicArn = await createTopic();
    const wrong = `${topicArn.replace('.fifo', '')}-gone.fifo`;
    await expect(tail(Customer, common(wrong)).next()).rejects.toThrow(/The tail cannot begin: .*not exist/);
    expect(await left(topicArn)).toEqual({ queues: [], subscriptions: [] });
  });

  it('ends with an error when its queue is gone', async () => {
    const topicArn = await createTopic();
    const { events, resources } = await begun(topicArn);
    await context.rig.sqs.send(new DeleteQueueCommand({ QueueUrl: resources.queueUrl }));
    await expect(events.next()).rejects.toThrow('The queue of the tail is gone');
    expect(await left(topicArn)).toEqual({ queues: [], subscriptions: [] });
  });

  it('refuses wrong options all at once, before it makes anything', () => {
    expect(() => tail('Customer' as never, common('arn:aws:sns:us-east-1:000000000000:T.fifo'))).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
    expect(() => tail(Customer, undefined as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
    const wrong = {
      topicArn: 'CustomerEventTopic',
      sns: {},
      sqs: undefined,
      ids: [],
      eventTypes: [''],
      filter: 'all',
      retentionSeconds: 1,
      signal: true,
      claimCheck: {},
      typo: 1,
    };
    const refusal = (): unknown => tail(Customer, wrong as never);
    expect(refusal).toThrow(expect.objectContaining({ code: 'INVALID_COLLECTOR' }));
    for (const fault of [
      'typo is no option',
      'topicArn is the ARN of an SNS topic, not a text',
      'sns is an SNSClient, not an object',
      'sqs is an SQSClient, not nothing',
      'ids is empty: leave it out for all of them',
      'eventTypes has texts that are not empty only',
      'filter is a function, not a text',
      'retentionSeconds is a whole number from 60 to 3600, not the number 1',
      'signal is an AbortSignal, not the boolean true',
      'claimCheck is a PayloadSource',
    ])
      expect(refusal).toThrow(fault);
  });
});

describe('removeLeftTails', () => {
  it('removes what a killed tail left, and nothing else', async () => {
    const { sqs } = context.rig;
    const [topicArn, other] = [await createTopic(), await createTopic()];
    const killed = await begun(topicArn);
    const ofOther = await begun(other);
    const name = `event-topic-tail-${(0).toString(36)}-abc.fifo`;
    const foreign = await sqs.send(
      new CreateQueueCommand({ QueueName: name, Attributes: { FifoQueue: 'true' } }),
    );
    await sleep(5);
    const young = await removeLeftTails({ ...clients(), topicArn });
    expect(young).toEqual({ queues: [], subscriptions: [], failed: [] });

    const removed = await removeLeftTails({ ...clients(), topicArn, olderThanMs: 1 });
    expect(removed).toEqual({
      queues: [killed.resources.queueUrl],
      subscriptions: [killed.resources.subscriptionArn],
      failed: [],
    });
    await expect(killed.events.next()).rejects.toThrow('gone');
    expect(await left(other)).toEqual({
      queues: [ofOther.resources.queueUrl],
      subscriptions: [ofOther.resources.subscriptionArn],
    });
    await ofOther.events.stop();
    await sqs.send(new DeleteQueueCommand({ QueueUrl: foreign.QueueUrl }));
  });

  it('removes a subscription whose queue is gone, and tells what it cannot remove', async () => {
    const topicArn = await createTopic();
    const { resources, events } = await begun(topicArn);
    await sleep(5);
    const sqs = failingAt(context.rig.sqs, DeleteQueueCommand);
    const first = await removeLeftTails({ ...clients(), sqs, topicArn, olderThanMs: 1 });
    expect(first).toEqual({
      queues: [],
      subscriptions: [resources.subscriptionArn],
      failed: [{ resource: resources.queueUrl, reason: 'no DeleteQueueCommand' }],
    });
    await events.stop();

    const second = await begun(topicArn);
    await context.rig.sqs.send(new DeleteQueueCommand({ QueueUrl: second.resources.queueUrl }));
    const removed = await removeLeftTails({ ...clients(), topicArn, olderThanMs: 0 });
    expect(removed).toMatchObject({ queues: [], subscriptions: [second.resources.subscriptionArn] });
    await expect(second.events.next()).rejects.toThrow('gone');
  });

  it('refuses wrong options', async () => {
    await expect(removeLeftTails(7 as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const wrong = removeLeftTails({ topicArn: '', sns: {}, sqs: {}, olderThanMs: -1 } as never);
    await expect(wrong).rejects.toThrow(/topicArn is.*sns is an.*sqs is an.*olderThanMs is a whole number/);
  });
});

function clients(): Pick<Options, 'sns' | 'sqs'> {
  const { sns, sqs } = context.rig;
  return { sns, sqs };
}

function common(topicArn: string): Options {
  return { ...clients(), topicArn, logger: new CapturedLog() };
}

function text(value: string): WireMessage['attributes'][string] {
  return { dataType: 'String', value };
}

async function createTopic(): Promise<string> {
  const { TopicArn = '' } = await context.rig.sns.send(
    new CreateTopicCommand({ Name: `t-${randomUUID().slice(0, 8)}.fifo`, Attributes: { FifoTopic: 'true' } }),
  );
  return TopicArn;
}

async function publish(topicArn: string, id: string, number: number): Promise<void> {
  const message: EventMessage = customerMessage(number, { id, msgId: `${id}-${number}` });
  await publishRaw(topicArn, toWireMessage('Customer', { message, eventType: 'NameChanged' }), id);
}

async function publishRaw(topicArn: string, wire: WireMessage, id: string): Promise<void> {
  const entry = {
    Id: '1',
    Message: wire.body,
    MessageAttributes: toAwsAttributes(wire.attributes),
    MessageGroupId: messageGroupId(id),
    MessageDeduplicationId: randomUUID(),
  };
  await context.rig.sns.send(
    new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: [entry] }),
  );
}

/** What a tail shows first of what is published once it is there. */
async function shownBy(
  topicArn: string,
  options: Partial<Options>,
  count: number,
  published: () => Promise<void>,
): Promise<readonly Tailed[]> {
  const shown: Tailed[] = [];
  const events = tail(Customer, { ...common(topicArn), ...options, onSubscribed: () => void published() });
  for await (const tailed of events) if (shown.push(tailed) === count) break;
  return shown;
}

/** A tail that waits for an event. */
async function begun(topicArn: string, options: Partial<Options> = {}) {
  const stopping = new AbortController();
  const signal = options.signal ?? stopping.signal;
  let next: Promise<IteratorResult<Tailed, void>> | undefined;
  const resources = await new Promise<Parameters<NonNullable<Options['onSubscribed']>>[0]>((resolve) => {
    const events = tail(Customer, { ...common(topicArn), ...options, signal, onSubscribed: resolve });
    next = events.next();
    next.catch(() => undefined);
  });
  const end = async () => await next;
  const stop = async () => {
    stopping.abort();
    return await end();
  };
  return { resources, events: { next: end, stop } };
}

async function left(
  topicArn: string,
): Promise<{ readonly queues: readonly string[]; readonly subscriptions: readonly string[] }> {
  const { sqs, sns } = context.rig;
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'event-topic-tail-' }));
  const queues: string[] = [];
  for (const QueueUrl of QueueUrls) {
    const { Tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl }));
    if (Tags?.['event-topic-tail'] === topicArn) queues.push(QueueUrl);
  }
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
  return { queues, subscriptions: Subscriptions.map(({ SubscriptionArn = '' }) => SubscriptionArn) };
}

/** A client that does everything but one thing. */
function failingAt(client: SQSClient, command: new (input: never) => object): SQSClient {
  return watched(client, (given) => {
    if (given instanceof command) throw new Error(`no ${command.name}`);
  });
}

/** A client that calls back before each request; what that throws, the request rejects with. */
function watched(client: SQSClient, before: (command: object) => void): SQSClient {
  const send = async (command: never, ...rest: never[]): Promise<unknown> => {
    before(command);
    return await client.send(command, ...rest);
  };
  return new Proxy(client, { get: (target, key) => (key === 'send' ? send : Reflect.get(target, key)) });
}
