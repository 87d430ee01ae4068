import * as pulumi from '@pulumi/pulumi';
import type { KeysOf } from '../../../src/common/arguments.ts';
import { createAlarms } from '../alarms.ts';
import { checkArguments } from '../argument-faults.ts';
import type { ClaimCheckReference } from '../claim-check/claim-check-reference.ts';
import type { Scope } from '../scope.ts';
import { publisherDeadLetterQueue } from './dead-letter-queue.ts';
import { subscribeEndpoints } from './endpoints.ts';
import { eventTopicAlarms } from './event-topic-alarms.ts';
import type { EventTopicArgs, EventTopicType } from './event-topic-args.ts';
import { eventTopicFaults } from './event-topic-faults.ts';
import { createPublisherPolicy } from './publisher-policy.ts';
import { createTopic } from './topic.ts';

const TYPE = 'reventless:EventTopic';

/** A topic as the worker's `EVENT_TOPICS` takes it: its ARN alone when there is nothing more to say. */
export type PublisherConfig = string | { readonly topicArn: string; readonly deadLetterQueueUrl: string };

const ARGUMENTS: KeysOf<EventTopicArgs> = {
  type: true,
  throughputScope: true,
  encryption: true,
  kmsKeyArn: true,
  publisherPrincipals: true,
  subscriberAccounts: true,
  subscriberOrganization: true,
  archiveRetentionDays: true,
  protectArchive: true,
  claimCheckBucket: true,
  deadLetterQueue: true,
  endpoints: true,
  deliveryLogSamplePercent: true,
  deliveryLogRetentionDays: true,
  alarmActions: true,
  tags: true,
};

/**
 * The SNS topic that carries the events of one aggregate type: `new EventTopic('Customer')` creates the FIFO topic
 * `CustomerEventTopic.fifo`, encrypted, for its own account alone, and the IAM policy of those who publish to it.
 *
 * The topic's name is fixed, because collectors of other stacks and the worker's configuration find it by that name. Two stacks that
 * define the same aggregate therefore need different accounts or regions.
 */
export class EventTopic extends pulumi.ComponentResource {
  /** The aggregate name; the topic's key in the worker's `EVENT_TOPICS`. */
  readonly name: string;
  readonly type: EventTopicType;
  /** As given; collectors take from it what they may read. */
  readonly claimCheckBucket: ClaimCheckReference | undefined;
  readonly resources: readonly pulumi.Resource[];
  readonly topicArn: pulumi.Output<string>;
  readonly topicName: pulumi.Output<string>;
  /** The IAM policy to attach to the role of the worker: just what publishing to this topic takes. */
  readonly publisherPolicyArn: pulumi.Output<string>;
  /** The topic's value in the worker's `EVENT_TOPICS`. */
  readonly publisherConfig: pulumi.Output<PublisherConfig>;
  /** The customer key that encrypts the topic; absent with AWS's own key. */
  readonly kmsKeyArn: pulumi.Output<string> | undefined;
  /** Where refused events go; absent when they park. */
  readonly deadLetterQueueUrl: pulumi.Output<string> | undefined;

  /**
   * @param name Aggregate name: 1 to 241 letters, digits, `-` or `_`; 55 with a dead-letter queue.
   * @throws `pulumi.InputPropertiesError` that names every faulty argument, before anything is registered.
   */
  constructor(name: string, args: EventTopicArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const given = { component: 'EventTopic', name, args, known: ARGUMENTS };
    checkArguments(given, () => eventTopicFaults(name, args));
    super(TYPE, `${name}EventTopic`, {}, opts);
    const scope: Scope = { name: `${name}EventTopic`, child: { parent: this }, tags: args.tags };
    this.name = name;
    this.type = args.type ?? 'fifo';
    this.claimCheckBucket = args.claimCheckBucket;

    const { topic, key, resources } = createTopic(scope, args);
    const deadLetterQueue = publisherDeadLetterQueue(scope, args, { type: this.type, key });
    const publisherPolicy = createPublisherPolicy(scope, {
      topic: name,
      topicArn: topic.arn,
      keyArn: key?.keyArn,
      deadLetterQueue,
      claimCheckBucket: args.claimCheckBucket,
    });
    const endpoints = subscribeEndpoints(scope, topic.arn, args.endpoints ?? []);
    const alarms = createAlarms(scope, args.alarmActions, eventTopicAlarms(topic.name, deadLetterQueue));

    const queueResources = deadLetterQueue?.resources ?? [];
    this.resources = [...resources, publisherPolicy, ...queueResources, ...endpoints, ...alarms];
    this.topicArn = topic.arn;
    this.topicName = topic.name;
    this.publisherPolicyArn = publisherPolicy.arn;
    this.kmsKeyArn = key?.keyArn;
    this.deadLetterQueueUrl = deadLetterQueue?.queueUrl;
    this.publisherConfig = publisherConfig(topic.arn, this.deadLetterQueueUrl);
    this.registerOutputs(outputsOf(this));
  }
}

function publisherConfig(
  topicArn: pulumi.Output<string>,
  deadLetterQueueUrl: pulumi.Output<string> | undefined,
): pulumi.Output<PublisherConfig> {
  if (deadLetterQueueUrl === undefined) return topicArn;
  return pulumi.output({ topicArn, deadLetterQueueUrl });
}

function outputsOf(topic: EventTopic): pulumi.Inputs {
  const {
    resources,
    topicArn,
    topicName,
    publisherPolicyArn,
    publisherConfig,
    kmsKeyArn,
    deadLetterQueueUrl,
  } = topic;
  return {
    resources,
    topicArn,
    topicName,
    publisherPolicyArn,
    publisherConfig,
    kmsKeyArn,
    deadLetterQueueUrl,
  };
}
