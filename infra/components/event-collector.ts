// The two services by path: the rest of @pulumi/aws would only cost time, at start and in the compiler.
import * as sns from '@pulumi/aws/sns/index.js';
import * as sqs from '@pulumi/aws/sqs/index.js';
import * as pulumi from '@pulumi/pulumi';
import { refuseFaults } from './argument-faults.ts';
import {
  DEFAULT_MAX_RECEIVE_COUNT,
  DEFAULT_VISIBILITY_TIMEOUT_SECONDS,
  MESSAGE_RETENTION_SECONDS,
} from './defaults.ts';
import { type EventCollectorArgs, eventCollectorFaults } from './event-collector-args.ts';
import { collectorQueuePolicy, deadLetterQueuePolicy } from './queue-policy.ts';

const TYPE = 'reventless:EventCollector';

/**
 * The consuming side of a subscription: an SQS FIFO queue that receives every event of its topics exactly as it was published (raw
 * delivery), and a dead-letter queue for what the consumer cannot handle. `new EventCollector('Notification', …)` creates the queue
 * `NotificationEventCollector.fifo`.
 */
export class EventCollector extends pulumi.ComponentResource {
  /** Which collector this is, as given. */
  readonly name: string;
  readonly resources: readonly pulumi.Resource[];
  readonly queueUrl: pulumi.Output<string>;
  readonly queueArn: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;

  /**
   * @param name 1 to 51 letters, digits, `-` or `_`.
   * @throws `pulumi.InputPropertiesError` that names every faulty argument, before anything is registered.
   */
  constructor(name: string, args: EventCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    const componentName = `${name}EventCollector`;
    refuseFaults(`EventCollector "${name}"`, eventCollectorFaults(name, args));
    super(TYPE, componentName, {}, opts);

    const child = { parent: this };
    const deadLetterName = `${componentName}DeadLetter`;
    const deadLetterQueue = new sqs.Queue(deadLetterName, fifoQueue(deadLetterName, args), child);
    const deadLetterPolicy = new sqs.QueuePolicy(
      deadLetterName,
      deadLetterQueuePolicy(deadLetterQueue),
      child,
    );
    const queue = new sqs.Queue(componentName, collectorQueue(componentName, args, deadLetterQueue), child);
    const policy = new sqs.QueuePolicy(componentName, collectorQueuePolicy(queue, args.eventTopics), child);
    const subscriptions = args.eventTopics.map(
      (topic) =>
        new sns.TopicSubscription(
          `${componentName}-${topic.name}`,
          { topic: topic.topicArn, protocol: 'sqs', endpoint: queue.arn, rawMessageDelivery: true },
          // Subscribed before it may send, SNS would drop what is published in between.
          { ...child, dependsOn: [policy] },
        ),
    );

    this.name = name;
    this.resources = [queue, deadLetterQueue, policy, deadLetterPolicy, ...subscriptions];
    this.queueUrl = queue.url;
    this.queueArn = queue.arn;
    this.deadLetterQueueUrl = deadLetterQueue.url;
    const { resources, queueUrl, queueArn, deadLetterQueueUrl } = this;
    this.registerOutputs({ resources, queueUrl, queueArn, deadLetterQueueUrl });
  }
}

/** What both queues have in common. */
function fifoQueue(name: string, { tags }: EventCollectorArgs): sqs.QueueArgs {
  return {
    name: `${name}.fifo`,
    fifoQueue: true,
    // These two belong together: they lift the limit of 300 calls a second from the queue to each aggregate.
    deduplicationScope: 'messageGroup',
    fifoThroughputLimit: 'perMessageGroupId',
    messageRetentionSeconds: MESSAGE_RETENTION_SECONDS,
    // SQS's own key: unlike one of KMS it asks no permission of SNS, which delivers to such a queue as to a plain one.
    sqsManagedSseEnabled: true,
    tags,
  };
}

function collectorQueue(name: string, args: EventCollectorArgs, deadLetterQueue: sqs.Queue): sqs.QueueArgs {
  return {
    ...fifoQueue(name, args),
    visibilityTimeoutSeconds: args.visibilityTimeoutSeconds ?? DEFAULT_VISIBILITY_TIMEOUT_SECONDS,
    redrivePolicy: pulumi.jsonStringify({
      deadLetterTargetArn: deadLetterQueue.arn,
      maxReceiveCount: args.maxReceiveCount ?? DEFAULT_MAX_RECEIVE_COUNT,
    }),
  };
}
