import type * as pulumi from '@pulumi/pulumi';
import type { AlarmActions } from '../alarms.ts';
import type { ClaimCheckReference } from '../claim-check/claim-check-reference.ts';
import type { Tags } from '../scope.ts';
import type { EventTopicType } from '../topic/event-topic-args.ts';
import type { EventFilterArgs } from './filter-policy.ts';

/** An EventTopic, or what is known of one that another stack deployed. */
export interface EventTopicReference {
  /** Aggregate name. */
  readonly name: string;
  readonly topicArn: pulumi.Input<string>;
  /** @default 'fifo', or what a known ARN says */
  readonly type?: EventTopicType;
  /** Where the topic's large events are; the consumer policy then lets read them. @default none */
  readonly claimCheckBucket?: ClaimCheckReference | undefined;
  /**
   * Provider that makes the subscription: of an account that may subscribe, and that owns the queue, or Pulumi would lose sight of what
   * it made. A topic of another region needs none.
   * @default the collector's provider
   */
  readonly provider?: pulumi.ProviderResource;
  /**
   * ARN of a queue in the topic's region, of the collector's type, for what SNS cannot deliver. Only for a topic of another region:
   * without it SNS forgets what it could not deliver from there for 23 days.
   * @default the collector's dead-letter queue, when that is in the topic's region
   */
  readonly deadLetterQueueArn?: pulumi.Input<string>;
}

export interface EventCollectorArgs extends EventFilterArgs {
  /** What to subscribe to: EventTopic components, or the name and ARN of topics deployed elsewhere. At least one, each once. */
  readonly eventTopics: readonly EventTopicReference[];

  /**
   * `fifo` queues keep the order of an aggregate's events. `standard` queues do not; standard topics deliver to no others. A change
   * replaces the queues.
   * @default 'fifo'
   */
  readonly type?: EventTopicType;

  /**
   * Also deliver what the archives of the topics hold from this time on: ISO 8601 in UTC, as `2026-11-01T00:00:00Z`. It begins when the
   * subscription is made or this value changes. FIFO topics with an archive only.
   * @default none, new events only
   */
  readonly replayFrom?: pulumi.Input<string>;

  /**
   * Until when to deliver from the archive, later than `replayFrom`. The collector then gets no new events, so it is for one that is
   * deleted afterwards.
   * @default none, the replay goes over into new events
   */
  readonly replayTo?: pulumi.Input<string>;

  /**
   * Seconds that handling a batch may take: 1 to 43,200; with a Lambda function its timeout, at most 900, which must be given then.
   * @default unknown
   */
  readonly handlerTimeoutSeconds?: pulumi.Input<number>;

  /**
   * Seconds for which a received message is hidden, and its aggregate's later messages held back, until the consumer deletes it: 0 to
   * 43,200. Longer than handling a batch takes, or a second consumer starts on what the first is still handling: at least
   * `handlerTimeoutSeconds`, of a Lambda function six times that and `maximumBatchingWindowSeconds`.
   * @default 60, or what `handlerTimeoutSeconds` asks for if that is more
   */
  readonly visibilityTimeoutSeconds?: pulumi.Input<number>;

  /**
   * How many times a message is received and not deleted before SQS sets it aside in the dead-letter queue: 1 to 1,000.
   *
   * This trades order for progress. Until then the aggregate of a poison message waits, and only that one. Afterwards its later
   * events are delivered without the one that failed, and as a batch that fails counts for each of its messages, healthy ones behind
   * the poison message may be set aside too. Redriving the dead-letter queue delivers them after their successors. So choose a
   * number that, multiplied by `visibilityTimeoutSeconds`, outlasts the outages of whatever the consumer depends on.
   * @default 100
   */
  readonly maxReceiveCount?: pulumi.Input<number>;

  /**
   * Seconds for which the queue keeps an event that nobody handled: 60 to 1,209,600 (14 days). Less loses events in an outage of the
   * consumer that lasts longer. The dead-letter queue keeps them for 14 days: a FIFO queue from when they were set aside, a standard queue
   * from when they were sent, so there give the queue a few days less.
   * @default 1209600
   */
  readonly messageRetentionSeconds?: pulumi.Input<number>;

  /**
   * With which key SQS encrypts both queues. `sqsManaged` is SQS's own. `customerKey` is a key of KMS: `kmsKeyArn`, or one that is created,
   * with a policy for SNS.
   * @default 'sqsManaged', or 'customerKey' when there is a `kmsKeyArn`
   */
  readonly encryption?: 'sqsManaged' | 'customerKey';

  /**
   * ARN of a key of KMS to encrypt with. Its key policy lets the account's IAM policies decide (AWS's default) and `sns.amazonaws.com`
   * use it (`kms:GenerateDataKey`, `kms:Decrypt`) for the topics, or nothing is ever delivered.
   * @default none
   */
  readonly kmsKeyArn?: pulumi.Input<string>;

  /**
   * Name of the IAM role that consumes, of the function or the service: it gets the consumer policy, before the function is connected.
   * @default none, attach `consumerPolicyArn` yourself
   */
  readonly consumerRoleName?: pulumi.Input<string>;

  /**
   * ARN of a Lambda function, or of an alias of one, to which the queue feeds its events. It reports which of a batch failed, as `createSqsEventHandler` does.
   * @default none
   */
  readonly lambdaFunctionArn?: pulumi.Input<string>;

  /**
   * Whether the consumer may put events into the dead-letter queue itself, those that it refuses (`onRefused: 'deadLetter'` of `EventCollector` in `./collector`): its policy then lets it send there.
   * @default false
   */
  readonly deadLetterRefused?: boolean;

  /** How many events the function gets at once, at most: 1 to 10, from a standard queue to 10,000. @default 10 */
  readonly batchSize?: pulumi.Input<number>;

  /**
   * Seconds for which a standard queue waits to fill a batch: 0 to 300; needed for more than 10 at once. FIFO queues do not wait.
   * @default 0
   */
  readonly maximumBatchingWindowSeconds?: pulumi.Input<number>;

  /** How many invocations of the function run at once, at most: 2 to 1,000. @default none, what Lambda allows */
  readonly maximumConcurrency?: pulumi.Input<number>;

  /**
   * ARNs of what is told when events are set aside, are still there after a week, or wait for too long, and when that is over: such as an
   * SNS topic that sends e-mails. An empty list makes alarms that tell nobody.
   * @default none, no alarms
   */
  readonly alarmActions?: AlarmActions;

  /** Seconds that the oldest event may wait before the alarm goes off: 60 to 1,209,600. @default 900 */
  readonly maxAgeSeconds?: pulumi.Input<number>;

  /** Tags of every resource that takes some, added to the provider's default tags. @default none */
  readonly tags?: Tags;
}
