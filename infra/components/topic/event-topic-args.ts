import type * as pulumi from '@pulumi/pulumi';
import type { AlarmActions } from '../alarms.ts';
import type { ClaimCheckReference } from '../claim-check/claim-check-reference.ts';
import type { Tags } from '../scope.ts';

export type EventTopicType = 'fifo' | 'standard';

/** The dead-letter queue of a publisher that exists already. */
export interface DeadLetterQueueReference {
  readonly queueArn: pulumi.Input<string>;
  readonly queueUrl: pulumi.Input<string>;
  /** ARN of the customer key of KMS that encrypts the queue; the publisher policy then lets use it. @default none, SQS's own key */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/**
 * A subscriber of a standard topic without a queue of its own. It gets SNS's envelope, whose `Message` is the body of the wire format, and
 * whose signature (SHA-256) a web service verifies, because anybody may call it. The service must confirm the subscription.
 */
export interface EventTopicEndpoint {
  /** Unique among the topic's endpoints: part of the names of the resources. */
  readonly name: string;
  readonly protocol: 'lambda' | 'https';
  /** ARN of the Lambda function, or URL that begins with `https://`. */
  readonly endpoint: pulumi.Input<string>;
  /**
   * ARN of a standard SQS queue of the topic's account and region, for events that the endpoint does not take however often SNS
   * tries. SNS would forget them otherwise. Its queue policy lets this topic send.
   */
  readonly deadLetterQueueArn: pulumi.Input<string>;
}

export interface EventTopicArgs {
  /**
   * `fifo` keeps the order of an aggregate's events. `standard` does not, for events whose order nobody minds: it may deliver twice, and
   * also to what takes no FIFO topic. A change replaces the topic.
   * @default 'fifo'
   */
  readonly type?: EventTopicType;

  /**
   * Of a FIFO topic: what SNS counts its limit for and compares msgIds within. `MessageGroup` is each aggregate, so that a busy one does
   * not slow the others down; `Topic` is the whole topic, with 3,000 messages or 20 MB a second. AWS lets nobody go back to `Topic`.
   * @default 'MessageGroup'
   */
  readonly throughputScope?: pulumi.Input<'MessageGroup' | 'Topic'>;

  /**
   * With which key SNS encrypts what it stores. `awsManaged` is AWS's own key for SNS, whose policy lets the topic's account alone
   * publish. `customerKey` is a key of KMS: `kmsKeyArn`, or one that is created, with a policy for publishers and SNS.
   * @default 'awsManaged', or 'customerKey' when there is a `kmsKeyArn`
   */
  readonly encryption?: 'awsManaged' | 'customerKey';

  /**
   * ARN of a key of KMS to encrypt with. Its key policy lets the account's IAM policies decide (AWS's default), publishers of other
   * accounts use it through SNS (`kms:GenerateDataKey`, `kms:Decrypt`), and `sns.amazonaws.com` too.
   * @default none
   */
  readonly kmsKeyArn?: pulumi.Input<string>;

  /**
   * ARNs of roles, users or accounts that the topic itself lets publish, for those of other accounts, who also want a customer key.
   * Identities of the topic's own account need only the policy `publisherPolicyArn`.
   * @default none
   */
  readonly publisherPrincipals?: pulumi.Input<pulumi.Input<string>[]>;

  /** Other accounts that may subscribe SQS queues of theirs: 12-digit ids. @default none, the topic's own account */
  readonly subscriberAccounts?: pulumi.Input<pulumi.Input<string>[]>;

  /**
   * The organisation whose accounts may all subscribe SQS queues: its id, `o-…`. AWS has no condition for whose queues those are.
   * @default none
   */
  readonly subscriberOrganization?: pulumi.Input<string>;

  /**
   * Days for which SNS keeps events, to replay them to a collector's `replayFrom`: 1 to 365, FIFO topics only. 0 switches a former
   * archive off and deletes what is in it. AWS deletes no topic that has an archive: see `protectArchive`.
   * @default none
   */
  readonly archiveRetentionDays?: pulumi.Input<number>;

  /**
   * Whether Pulumi refuses to delete or replace a topic with an archive. Without it a `pulumi destroy` deletes half of the stack
   * before AWS refuses. To delete the topic: `archiveRetentionDays: 0` and `protectArchive: false`, one `pulumi up`, and only then remove it.
   * @default true
   */
  readonly protectArchive?: boolean;

  /**
   * Where large events are, as given to `S3ClaimCheck`: the publisher policy then lets write to it, and collectors of this topic get the
   * permission to read.
   * @default none
   */
  readonly claimCheckBucket?: ClaimCheckReference;

  /**
   * Where refused events go (`onRefused: 'deadLetter'`): `true` creates an SQS queue of the topic's type that keeps them for 14 days, an
   * object names one. The publisher policy then lets send to it, and `publisherConfig` names it.
   * @default false, refused events park
   */
  readonly deadLetterQueue?: boolean | DeadLetterQueueReference;

  /** Subscribers of a standard topic without a queue of their own. SNS delivers FIFO topics to SQS only. @default none */
  readonly endpoints?: readonly EventTopicEndpoint[];

  /**
   * Percent of successful deliveries to SQS that SNS logs in CloudWatch, besides every failed one: 0 to 100. Events are not logged, only
   * their ids and what became of them.
   * @default none, nothing is logged
   */
  readonly deliveryLogSamplePercent?: pulumi.Input<number>;

  /** Days for which CloudWatch keeps the delivery log: 1, 3, 5, 7, 14, 30, 60, 90 or 365. @default 30 */
  readonly deliveryLogRetentionDays?: pulumi.Input<number>;

  /**
   * ARNs of what is told when events could not be delivered, or were lost or refused, and when that is over: such as an SNS topic that
   * sends e-mails. An empty list makes alarms that tell nobody.
   * @default none, no alarms
   */
  readonly alarmActions?: AlarmActions;

  /** Tags of every resource that takes some, added to the provider's default tags. @default none */
  readonly tags?: Tags;
}
