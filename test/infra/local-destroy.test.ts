import { ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, ListSubscriptionsCommand, ListTopicsCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventCollector, EventTopic } from '../../infra/components/index.ts';
import {
  applyLocally,
  applyProgram,
  destroyLocally,
  destroyProgram,
  type LocalOptions,
} from '../../infra/local.ts';
import { startEmulator, type TestEmulator } from './support/emulator.ts';

let emulator: TestEmulator;
let s3: S3Client;
let options: LocalOptions;

beforeEach(async () => {
  emulator = await startEmulator();
  const { endpoint } = emulator;
  s3 = new S3Client({ endpoint, forcePathStyle: true });
  options = { endpoint, log: () => {}, config: { claimCheck: true, deadLetterQueues: true } };
});

afterEach(async () => {
  s3.destroy();
  await emulator.stop();
});

/** All that there is in the emulator. */
async function contents(): Promise<Record<'topics' | 'subscriptions' | 'queues' | 'buckets', string[]>> {
  const [{ Topics = [] }, { Subscriptions = [] }, { QueueUrls = [] }, { Buckets = [] }] = await Promise.all([
    emulator.sns.send(new ListTopicsCommand({})),
    emulator.sns.send(new ListSubscriptionsCommand({})),
    emulator.sqs.send(new ListQueuesCommand({})),
    s3.send(new ListBucketsCommand({})),
  ]);
  return {
    topics: Topics.map(({ TopicArn }) => String(TopicArn)),
    subscriptions: Subscriptions.map(({ SubscriptionArn }) => String(SubscriptionArn)),
    queues: QueueUrls,
    buckets: Buckets.map(({ Name }) => String(Name)),
  };
}

const nothing = { topics: [], subscriptions: [], queues: [], buckets: [] };

describe('a local destroy', () => {
  it('leaves nothing of the deployable program, events included', async () => {
    const { claimCheckBucket } = await applyLocally(options);
    await s3.send(new PutObjectCommand({ Bucket: claimCheckBucket, Key: 'Customer/abc', Body: 'large' }));
    const { topics, subscriptions, queues, buckets } = await contents();
    expect([topics.length, subscriptions.length, queues.length, buckets.length]).toEqual([2, 4, 6, 1]);

    await destroyLocally(options);

    expect(await contents()).toEqual(nothing);
  });

  it('may be repeated, and comes to nothing where nothing was applied', async () => {
    await destroyLocally(options);
    await applyLocally(options);
    await destroyLocally(options);
    await destroyLocally(options);

    expect(await contents()).toEqual(nothing);
  });

  it('leaves what the program does not make', async () => {
    await emulator.sns.send(new CreateTopicCommand({ Name: 'Mine' }));
    await emulator.sqs.send(new CreateQueueCommand({ QueueName: 'Mine' }));
    await applyLocally(options);
    await destroyLocally(options);

    const { topics, queues } = await contents();
    expect([...topics, ...queues]).toEqual([
      'arn:aws:sns:us-east-1:000000000000:Mine',
      expect.stringMatching(/[/]000000000000[/]Mine$/),
    ]);
  });

  it("removes a collector of another stack's topic, and leaves the topic", async () => {
    const { eventTopics } = await applyLocally({ ...options, config: {} });
    const topicArn = String(eventTopics['Order']);
    const before = await contents();
    const plugin = () => {
      new EventCollector('Invoicing', { eventTopics: [{ name: 'Order', topicArn }] });
    };
    await applyProgram(plugin, options);
    expect((await contents()).subscriptions).toHaveLength(5);
    await destroyProgram(plugin, options);

    expect(await contents()).toEqual(before);
  });

  it('removes a collector whose topic is gone', async () => {
    const topicArn = 'arn:aws:sns:us-east-1:000000000000:OrderEventTopic.fifo';
    const pluginA = () => void new EventTopic('Order');
    const pluginB = () => {
      new EventCollector('Invoicing', { eventTopics: [{ name: 'Order', topicArn }] });
    };
    await applyProgram(pluginA, options);
    await applyProgram(pluginB, options);
    await destroyProgram(pluginA, options);
    await destroyProgram(pluginB, options);

    expect(await contents()).toEqual(nothing);
  });

  it('passes on what the program throws, and removes nothing then', async () => {
    await applyLocally(options);
    const before = await contents();
    const own = new Error('no such customer');
    const failing = () => {
      new EventTopic('Customer');
      throw own;
    };

    await expect(destroyProgram(failing, options)).rejects.toBe(own);
    expect(await contents()).toEqual(before);
  });

  it('is followed by an apply as if it were the first', async () => {
    const first = await applyLocally(options);
    await destroyLocally(options);

    expect(await applyLocally(options)).toEqual(first);
  });
});
