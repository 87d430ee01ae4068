import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ListQueueTagsCommand } from '@aws-sdk/client-sqs';
import * as aws from '@pulumi/aws/index.js';
import type * as pulumi from '@pulumi/pulumi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ClaimCheckBucket,
  EventCollector,
  type EventCollectorArgs,
  EventTopic,
  type EventTopicArgs,
  EventTopicWorker,
} from '../../infra/components/index.ts';
import { applyProgram } from '../../infra/local.ts';
import { startEmulator, type TestEmulator } from './support/emulator.ts';

let emulator: TestEmulator;
let lines: string[];

beforeEach(async () => {
  emulator = await startEmulator();
  lines = [];
});

afterEach(async () => {
  await emulator.stop();
});

function apply<T>(program: () => T): Promise<pulumi.Unwrap<T>> {
  return applyProgram(program, { endpoint: emulator.endpoint, log: (line) => lines.push(line) });
}

interface Arrangement {
  readonly topic?: EventTopicArgs;
  readonly collector?: Partial<EventCollectorArgs>;
}

const parcels =
  ({ topic = {}, collector = {} }: Arrangement) =>
  (): { topicArn: pulumi.Output<string>; queueUrl: pulumi.Output<string> } => {
    const parcel = new EventTopic('Parcel', topic);
    const { queueUrl } = new EventCollector('Tracking', { eventTopics: [parcel], ...collector });
    return { topicArn: parcel.topicArn, queueUrl };
  };

async function subscriptionAttributes(): Promise<Record<string, string>> {
  const { Subscriptions = [] } = await emulator.sns.send(new ListSubscriptionsCommand({}));
  expect(Subscriptions).toHaveLength(1);
  const SubscriptionArn = Subscriptions[0]?.SubscriptionArn;
  const { Attributes = {} } = await emulator.sns.send(
    new GetSubscriptionAttributesCommand({ SubscriptionArn }),
  );
  return Attributes;
}

async function queueAttributes(QueueUrl: string): Promise<Partial<Record<string, string>>> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
  return (await emulator.sqs.send(command)).Attributes ?? {};
}

describe('a changed program, applied again', () => {
  it('changes what is there, and takes away what it no longer says', async () => {
    const before = await apply(
      parcels({
        topic: { tags: { team: 'logistics', stage: 'test' } },
        collector: {
          eventTypes: ['Sent'],
          visibilityTimeoutSeconds: 5,
          messageRetentionSeconds: 600,
          tags: { team: 'web' },
        },
      }),
    );
    const filtered = await subscriptionAttributes();
    const after = await apply(
      parcels({ topic: { tags: { team: 'post' } }, collector: { maxReceiveCount: 3 } }),
    );
    const queue = await queueAttributes(after.queueUrl);
    const subscription = await subscriptionAttributes();

    expect(after).toEqual(before);
    expect(JSON.parse(filtered['FilterPolicy'] ?? '')).toEqual({ eventType: ['Sent'] });
    expect(subscription).toMatchObject({ FilterPolicy: '', RawMessageDelivery: 'true' });
    expect(queue).toMatchObject({ VisibilityTimeout: '60', MessageRetentionPeriod: '1209600' });
    expect(JSON.parse(queue['RedrivePolicy'] ?? '').maxReceiveCount).toBe(3);
    expect(
      await emulator.sqs.send(new ListQueueTagsCommand({ QueueUrl: after.queueUrl })),
    ).not.toHaveProperty('Tags.team');
    expect(
      (await emulator.sns.send(new ListTagsForResourceCommand({ ResourceArn: after.topicArn }))).Tags,
    ).toEqual([{ Key: 'team', Value: 'post' }]);
  });

  it('changes the key, and back', async () => {
    const keyOf = async (topicArn: string): Promise<string | undefined> =>
      (await emulator.sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }))).Attributes?.[
        'KmsMasterKeyId'
      ];
    const { topicArn, queueUrl } = await apply(
      parcels({ topic: { encryption: 'customerKey' }, collector: { encryption: 'customerKey' } }),
    );
    const [topicKey, queueKey] = [await keyOf(topicArn), (await queueAttributes(queueUrl))['KmsMasterKeyId']];
    await apply(parcels({}));

    expect(topicKey).toBe('arn:aws:kms:us-east-1:000000000000:key/ParcelEventTopic-local');
    expect(queueKey).toBe('arn:aws:kms:us-east-1:000000000000:key/TrackingEventCollector-local');
    expect(await keyOf(topicArn)).toBe('alias/aws/sns');
    expect((await queueAttributes(queueUrl))['KmsMasterKeyId']).toBe('');
  });

  it('is refused where the emulator would keep the former value in silence', async () => {
    const queue = (deduplicationScope: string) => () => {
      new aws.sqs.Queue('Jobs', { name: 'Jobs.fifo', fifoQueue: true, deduplicationScope });
    };
    await apply(queue('messageGroup'));

    await expect(apply(queue('queue'))).rejects.toThrow(
      'Cannot make a resource in the emulator [type=aws:sqs/queue:Queue, name=Jobs]: the emulator cannot change ' +
        'property "deduplicationScope" of a queue from messageGroup to queue: destroy it first',
    );
  });
});

describe('what the emulator has not', () => {
  it('is named in one line, resources and properties', async () => {
    await apply(
      parcels({
        topic: {
          encryption: 'customerKey',
          archiveRetentionDays: 7,
          deliveryLogSamplePercent: 5,
          deadLetterQueue: true,
          alarmActions: [],
        },
        collector: { replayFrom: '2026-11-01T00:00:00Z' },
      }),
    );

    expect(lines).toEqual([
      'Not in the emulator: 2 aws:cloudwatch/logGroup:LogGroup, 4 aws:cloudwatch/metricAlarm:MetricAlarm, ' +
        '2 aws:iam/policy:Policy, 1 aws:iam/role:Role, 1 aws:iam/rolePolicy:RolePolicy, 1 aws:kms/key:Key, ' +
        '1 aws:kms/keyPolicy:KeyPolicy, 1 aws:sns/topic:Topic.archivePolicy, 1 aws:sns/topic:Topic.sqsFailureFeedbackRoleArn, ' +
        '1 aws:sns/topic:Topic.sqsSuccessFeedbackRoleArn, 1 aws:sns/topic:Topic.sqsSuccessFeedbackSampleRate, ' +
        '1 aws:sns/topicSubscription:TopicSubscription.replayPolicy, 2 aws:sqs/queue:Queue.redriveAllowPolicy, ' +
        '1 aws:sqs/redriveAllowPolicy:RedriveAllowPolicy',
    ]);
  });

  it('is not spoken of when there is nothing', async () => {
    await apply(() => {
      new aws.sqs.Queue('Jobs', { name: 'Jobs' });
    });

    expect(lines).toEqual([]);
  });

  it('gives what depends on it names and ARNs', async () => {
    const { taskRoleArn, clusterArn, logGroupName, publisherPolicyArn, consumerPolicyArn } = await apply(
      () => {
        const parcel = new EventTopic('Parcel');
        const collector = new EventCollector('Tracking', {
          eventTopics: [parcel],
          lambdaFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:track',
          handlerTimeoutSeconds: 10,
          consumerRoleName: 'track',
        });
        const worker = new EventTopicWorker('Post', {
          image: 'ghcr.io/shop/event-topic-worker:1.0.0',
          eventTopics: [parcel],
          temporal: { address: 'shop.a1b2c.tmprl.cloud:7233', namespace: 'shop.a1b2c' },
          subnets: ['subnet-0a1'],
          vpcId: 'vpc-0c3',
          autoscaling: { maxCount: 4 },
        });
        return {
          publisherPolicyArn: parcel.publisherPolicyArn,
          consumerPolicyArn: collector.consumerPolicyArn,
          taskRoleArn: worker.taskRoleArn,
          clusterArn: worker.clusterArn,
          logGroupName: worker.logGroupName,
        };
      },
    );

    expect(publisherPolicyArn).toBe('arn:aws:iam::000000000000:policy/ParcelEventTopicPublisher-local');
    expect(consumerPolicyArn).toBe('arn:aws:iam::000000000000:policy/TrackingEventCollectorConsumer-local');
    expect(taskRoleArn).toMatch(/^arn:aws:iam::000000000000:role\/PostEventTopicWorkerTask-local$/);
    expect(clusterArn).toBe('arn:aws:ecs:us-east-1:000000000000:cluster/PostEventTopicWorker');
    expect(logGroupName).toBe('/ecs/PostEventTopicWorker');
    expect(lines).toHaveLength(1);
  });
});

describe('a claim-check bucket', () => {
  it('is a bucket of the emulator, the same one at each apply', async () => {
    const program = () => {
      const { bucketName, bucketArn } = new ClaimCheckBucket('Shop', { tags: { team: 'shop' } });
      return { bucketName, bucketArn };
    };
    const first = await apply(program);
    const second = await apply(program);
    const s3 = new S3Client({ endpoint: emulator.endpoint, forcePathStyle: true });
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    s3.destroy();

    expect(second).toEqual(first);
    expect(first).toEqual({
      bucketName: 'shopclaimcheckbucket-local',
      bucketArn: 'arn:aws:s3:::shopclaimcheckbucket-local',
    });
    expect(Buckets.map(({ Name }) => Name)).toEqual(['shopclaimcheckbucket-local']);
    expect(lines[0]).toContain('1 aws:s3/bucket:Bucket.tags');
  });
});

describe('regions', () => {
  it('are those that a resource or its provider says', async () => {
    const arns = await apply(() => {
      const provider = new aws.Provider('ireland', { region: 'eu-west-1' });
      const abroad = new EventTopic('Abroad', {}, { providers: [provider] });
      const far = new aws.sns.Topic('far', { name: 'far', region: 'ap-southeast-2' });
      return [abroad.topicArn, far.arn, new EventTopic('Home').topicArn];
    });

    expect(arns).toEqual([
      'arn:aws:sns:eu-west-1:000000000000:AbroadEventTopic.fifo',
      'arn:aws:sns:ap-southeast-2:000000000000:far',
      'arn:aws:sns:us-east-1:000000000000:HomeEventTopic.fifo',
    ]);
  });
});
