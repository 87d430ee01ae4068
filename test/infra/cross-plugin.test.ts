import { PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import * as pulumi from '@pulumi/pulumi';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import pluginA from '../../examples/cross-plugin/plugin-a/index.ts';
import pluginB from '../../examples/cross-plugin/plugin-b/index.ts';
import { applyProgram } from '../../infra/local.ts';
import { fifoFields, toAwsAttributes } from '../../src/activities/publishers/aws-message.ts';
import { toWireMessage } from '../../src/common/wire-format.ts';
import { customerMeta } from '../support/messages.ts';
import { startEmulator, type TestEmulator } from './support/emulator.ts';
import { policyArn, type Registrations, registrationsOf, snsArn, sqsUrl } from './support/registrations.ts';

const PLUGIN_A = 'acme/plugin-a/production';
const ACCOUNT_B = '444455556666';

afterEach(() => pulumi.runtime.setAllConfig({}));

/** What a program registers in a stack with this configuration. What it throws is its output: Pulumi would report it several times. */
function registered(program: () => unknown, config: Record<string, string>): Promise<Registrations> {
  return registrationsOf(async () => {
    const named = Object.entries(config).map(([key, value]) => [`${pulumi.getProject()}:${key}`, value]);
    pulumi.runtime.setAllConfig(Object.fromEntries(named));
    try {
      return await program();
    } catch (error) {
      return { thrown: String(error) };
    }
  });
}

/** What plugin B registers when plugin A's stack has these outputs. */
async function registeredByB(stacks: Record<string, unknown>): Promise<Registrations> {
  const { setMocks } = pulumi.runtime;
  const spy = vi.spyOn(pulumi.runtime, 'setMocks').mockImplementation((mocks, ...names) =>
    setMocks(
      {
        ...mocks,
        newResource: (args) =>
          args.type === 'pulumi:pulumi:StackReference'
            ? {
                id: args.id,
                state: { name: args.id, outputs: stacks[args.id ?? ''], secretOutputNames: [] },
              }
            : mocks.newResource(args),
      },
      ...names,
    ),
  );
  try {
    return await registered(pluginB, { pluginA: PLUGIN_A });
  } finally {
    spy.mockRestore();
  }
}

const subscriberAccounts = JSON.stringify([ACCOUNT_B]);

describe('plugin A', () => {
  it('exports an extension point, and what its own worker takes', async () => {
    const { outputs } = await registered(pluginA, { subscriberAccounts });

    expect(outputs).toEqual({
      eventTopics: { Order: snsArn('OrderEventTopic.fifo') },
      extensionPoint: { name: 'Order', topicArn: snsArn('OrderEventTopic.fifo') },
    });
  });

  it("lets plugin B's account subscribe queues, and nobody else do anything", async () => {
    const { get } = await registered(pluginA, { subscriberAccounts });
    const policy = JSON.parse(
      String(get('aws:sns/topicPolicy:TopicPolicy OrderEventTopic').inputs['policy']),
    );

    expect(policy.Statement.filter(({ Effect }: { Effect: string }) => Effect === 'Allow')).toEqual([
      {
        Sid: 'SubscribeByAccounts',
        Effect: 'Allow',
        Principal: { AWS: [ACCOUNT_B] },
        Action: 'sns:Subscribe',
        Resource: snsArn('OrderEventTopic.fifo'),
        Condition: {
          StringEquals: { 'sns:Protocol': 'sqs' },
          StringLike: { 'sns:Endpoint': [`arn:*:sqs:*:${ACCOUNT_B}:*`] },
        },
      },
    ]);
  });

  it('wants to know who may subscribe', async () => {
    const { all, outputs } = await registered(pluginA, {});

    expect(outputs).toEqual({ thrown: expect.stringContaining('project:subscriberAccounts') });
    expect(all).toEqual([]);
  });
});

describe('plugin B', () => {
  // Of another account than the mocks, which make what belongs to plugin B.
  const topicArn = 'arn:aws:sns:eu-central-1:111122223333:OrderEventTopic.fifo';
  const stacks = { [PLUGIN_A]: { extensionPoint: { name: 'Order', topicArn } } };

  it("subscribes its own queue to plugin A's topic, for some types of events", async () => {
    const { get, outputs } = await registeredByB(stacks);
    const { inputs } = get('aws:sns/topicSubscription:TopicSubscription InvoicingEventCollector-Order');

    expect(inputs).toMatchObject({
      topic: topicArn,
      protocol: 'sqs',
      rawMessageDelivery: true,
      filterPolicy: JSON.stringify({ eventType: ['Placed', 'Paid'] }),
      filterPolicyScope: 'MessageAttributes',
    });
    expect(outputs).toEqual({
      queueUrl: sqsUrl('InvoicingEventCollector.fifo'),
      deadLetterQueueUrl: sqsUrl('InvoicingEventCollectorDeadLetter.fifo'),
      consumerPolicyArn: policyArn('InvoicingEventCollectorConsumer'),
    });
  });

  it("lets plugin A's topic, and no other, send to its queue", async () => {
    const { get } = await registeredByB(stacks);
    const policy = JSON.parse(
      String(get('aws:sqs/queuePolicy:QueuePolicy InvoicingEventCollector').inputs['policy']),
    );

    expect(policy.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Condition: { ArnEquals: { 'aws:SourceArn': [topicArn] } },
      }),
    );
  });

  it('registers no topic of its own', async () => {
    const { all } = await registeredByB(stacks);

    expect(all.filter(({ type }) => /EventTopic$|sns\/topic:/.test(type))).toEqual([]);
  });

  it("says so when plugin A's extension point is none", async () => {
    const { all, outputs } = await registeredByB({
      [PLUGIN_A]: { extensionPoint: { name: 'Order', topicArn: 'Order' } },
    });

    expect(outputs).toEqual({ thrown: expect.stringContaining('eventTopics[0].topicArn: must be the ARN') });
    expect(all).toEqual([]);
  });
});

describe('both plugins, applied to an emulator', () => {
  let emulator: TestEmulator;

  beforeEach(async () => {
    emulator = await startEmulator();
  });

  afterEach(() => emulator.stop());

  it("delivers plugin A's events to plugin B, those that it asked for", async () => {
    const { topicArn, queueUrl } = await applyBoth();
    await publish(topicArn, 'Placed', 'o-1');
    await publish(topicArn, 'Shipped', 'o-1');
    await publish(topicArn, 'Paid', 'o-1');

    const bodies = await emulator.take(queueUrl, 3);
    expect(bodies.map((body) => JSON.parse(body).event.type)).toEqual(['Placed', 'Paid']);
  });

  it("sets aside in plugin B's dead-letter queue what it has received too often", async () => {
    const { topicArn, queueUrl, deadLetterQueueUrl } = await applyBoth();
    await publish(topicArn, 'Placed', 'o-1');
    const received: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt++) received.push(await receiveAndGiveBack(queueUrl));

    expect(received).toEqual([1, 1, 1, 1, 1, 0]);
    const [body = ''] = await emulator.take(deadLetterQueueUrl, 1);
    expect(JSON.parse(body)).toMatchObject({ id: 'o-1', event: { type: 'Placed' } });
  });

  async function applyBoth(): Promise<{ topicArn: string; queueUrl: string; deadLetterQueueUrl: string }> {
    const { endpoint } = emulator;
    const log = (): void => {};
    const ofA = await applyProgram(pluginA, {
      ...{ endpoint, log, project: 'plugin-a' },
      config: { subscriberAccounts: [ACCOUNT_B] },
    });
    const ofB = await applyProgram(pluginB, {
      ...{ endpoint, log, project: 'plugin-b' },
      config: { pluginA: PLUGIN_A },
      stackOutputs: { [PLUGIN_A]: ofA },
    });
    return { topicArn: ofA.extensionPoint.topicArn, ...ofB };
  }

  /** As the worker publishes. */
  async function publish(TopicArn: string, type: string, id: string): Promise<void> {
    const message = { id, meta: customerMeta(`${id}-${type}`), event: { type } };
    const entry = { message, eventType: type };
    const { body, attributes } = toWireMessage('Order', entry);
    const MessageAttributes = toAwsAttributes(attributes);
    await emulator.sns.send(
      new PublishCommand({ TopicArn, Message: body, MessageAttributes, ...fifoFields(entry) }),
    );
  }

  async function receiveAndGiveBack(QueueUrl: string): Promise<number> {
    const receive = new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, WaitTimeSeconds: 0 });
    return (await emulator.sqs.send(receive)).Messages?.length ?? 0;
  }
});
