import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishCommand,
} from '@aws-sdk/client-sns';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventCollector, EventTopic } from '../../infra/components/index.ts';
import { applyLocally, applyProgram } from '../../infra/local.ts';
import { startEmulator, type TestEmulator } from './support/emulator.ts';

const ignore = (): void => {};
let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await startEmulator();
});

afterEach(async () => {
  await emulator.stop();
});

describe('the deployable program, applied to an emulator', () => {
  it('returns the topics and queues that the emulator made', async () => {
    const { eventTopics, collectors } = await applyLocally({ endpoint: emulator.endpoint, log: ignore });
    const queueUrl = async (QueueName: string): Promise<string | undefined> =>
      (await emulator.sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;

    expect(eventTopics).toEqual({
      Customer: 'arn:aws:sns:us-east-1:000000000000:CustomerEventTopic.fifo',
      Order: 'arn:aws:sns:us-east-1:000000000000:OrderEventTopic.fifo',
    });
    expect(collectors).toEqual({
      ReadModel: await queueUrl('ReadModelEventCollector.fifo'),
      Notification: await queueUrl('NotificationEventCollector.fifo'),
    });
  });

  it('delivers to each collector what is published, raw and in order within an aggregate', async () => {
    const { eventTopics, collectors } = await applyLocally({ endpoint: emulator.endpoint, log: ignore });
    const published: Record<string, string[]> = { Customer: [], Order: [] };
    for (let position = 1; position <= 4; position++) {
      for (const [name, topicArn] of Object.entries(eventTopics)) {
        const body = JSON.stringify({ id: `${name}-1`, event: { text: 'ä "quoted" 🚚' }, position });
        published[name]?.push(body);
        await emulator.sns.send(
          new PublishCommand({
            TopicArn: String(topicArn),
            Message: body,
            MessageGroupId: `${name}-1`,
            MessageDeduplicationId: `${name}-1-${position}`,
          }),
        );
      }
    }

    for (const queueUrl of Object.values(collectors)) {
      const received = await emulator.take(queueUrl, 8);
      const of = (name: string): string[] => received.filter((body) => body.includes(`"${name}-1"`));
      expect({ Customer: of('Customer'), Order: of('Order') }).toEqual(published);
    }
  });

  it('gives topics, queues and subscriptions the properties that a deployment would', async () => {
    const { eventTopics, collectors } = await applyLocally({ endpoint: emulator.endpoint, log: ignore });
    const topic = await emulator.sns.send(
      new GetTopicAttributesCommand({ TopicArn: String(eventTopics['Customer']) }),
    );
    const queue = await emulator.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: collectors['Notification'], AttributeNames: ['All'] }),
    );
    const { Subscriptions = [] } = await emulator.sns.send(new ListSubscriptionsCommand({}));
    const [subscription] = Subscriptions;
    const subscribed = await emulator.sns.send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn: subscription?.SubscriptionArn }),
    );

    expect(topic.Attributes).toMatchObject({ FifoTopic: 'true', FifoThroughputScope: 'MessageGroup' });
    expect(queue.Attributes).toMatchObject({
      FifoQueue: 'true',
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      MessageRetentionPeriod: '1209600',
      VisibilityTimeout: '60',
    });
    expect(JSON.parse(queue.Attributes?.['RedrivePolicy'] ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:NotificationEventCollectorDeadLetter.fifo',
      maxReceiveCount: 100,
    });
    expect(JSON.parse(queue.Attributes?.['Policy'] ?? '').Statement[0].Condition).toEqual({
      ArnEquals: { 'aws:SourceArn': [eventTopics['Customer'], eventTopics['Order']] },
    });
    expect(JSON.parse(topic.Attributes?.['Policy'] ?? '').Statement[0].Sid).toBe('DenyWithoutTls');
    expect(topic.Attributes).toMatchObject({ KmsMasterKeyId: 'alias/aws/sns' });
    expect(Subscriptions).toHaveLength(4);
    expect(subscribed.Attributes).toMatchObject({
      Protocol: 'sqs',
      RawMessageDelivery: 'true',
      RedrivePolicy: expect.stringMatching(/EventCollectorDeadLetter[.]fifo"}$/),
    });
  });

  it('is the same after a second apply', async () => {
    const config = { encryption: 'customerKey', deadLetterQueues: true, tags: { team: 'shop' } };
    const first = await applyLocally({ endpoint: emulator.endpoint, log: ignore, config });
    const before = await everything();
    const second = await applyLocally({ endpoint: emulator.endpoint, log: ignore, config });

    expect(second).toEqual(first);
    expect(await everything()).toEqual(before);
    expect(before.map((ofOneKind) => ofOneKind.length)).toEqual([2, 4, 6]);
  });

  it('may be applied by several callers of one process at once', async () => {
    const other = await startEmulator();
    try {
      const applied = await Promise.all([
        applyLocally({ endpoint: emulator.endpoint, log: ignore }),
        applyLocally({ endpoint: other.endpoint, log: ignore }),
        applyLocally({ endpoint: emulator.endpoint, region: 'eu-central-1', log: ignore }),
      ]);

      expect(applied.map(({ eventTopics }) => eventTopics['Order'])).toEqual([
        'arn:aws:sns:us-east-1:000000000000:OrderEventTopic.fifo',
        'arn:aws:sns:us-east-1:000000000000:OrderEventTopic.fifo',
        'arn:aws:sns:eu-central-1:000000000000:OrderEventTopic.fifo',
      ]);
      expect((await other.sqs.send(new ListQueuesCommand({}))).QueueUrls).toHaveLength(4);
    } finally {
      await other.stop();
    }
  });
});

/** The attributes of all topics, subscriptions and queues, less when a queue was last touched. */
async function everything(): Promise<object[][]> {
  const { sns, sqs } = emulator;
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsCommand({}));
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const attributes = ({ Attributes = {} }: { Attributes?: object | undefined }): object => ({
    ...Attributes,
    LastModifiedTimestamp: undefined,
  });
  return [
    await Promise.all(
      Topics.map(async ({ TopicArn }) =>
        attributes(await sns.send(new GetTopicAttributesCommand({ TopicArn }))),
      ),
    ),
    await Promise.all(
      Subscriptions.map(async ({ SubscriptionArn }) =>
        attributes(await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }))),
      ),
    ),
    await Promise.all(
      QueueUrls.map(async (QueueUrl) =>
        attributes(await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))),
      ),
    ),
  ];
}

describe("a user's own program, applied to an emulator", () => {
  it('may be asynchronous, and its arguments reach the emulator', async () => {
    const { topicArn, queueUrl } = await applyProgram(
      async () => {
        const topic = new EventTopic('Parcel', { tags: { team: 'logistics' } });
        const collector = new EventCollector('Tracking', {
          eventTopics: [topic],
          visibilityTimeoutSeconds: 1,
          maxReceiveCount: 2,
          tags: { team: 'web' },
        });
        return { topicArn: topic.topicArn, queueUrl: collector.queueUrl };
      },
      { endpoint: emulator.endpoint, log: ignore },
    );
    const { Attributes } = await emulator.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
    );

    expect(Attributes?.['VisibilityTimeout']).toBe('1');
    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '').maxReceiveCount).toBe(2);
    expect(await emulator.sqs.send(new ListQueueTagsCommand({ QueueUrl: queueUrl }))).toMatchObject({
      Tags: { team: 'web' },
    });
    expect(await emulator.sns.send(new ListTagsForResourceCommand({ ResourceArn: topicArn }))).toMatchObject({
      Tags: [{ Key: 'team', Value: 'logistics' }],
    });
  });
});
