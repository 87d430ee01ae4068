import * as pulumi from '@pulumi/pulumi';
import type { KeysOf } from '../../../src/common/arguments.ts';
import { createAlarms } from '../alarms.ts';
import { checkArguments } from '../argument-faults.ts';
import type { Scope } from '../scope.ts';
import { createCollectorQueues } from './collector-queues.ts';
import { attachConsumerPolicy, createConsumerPolicy } from './consumer-policy.ts';
import { eventCollectorAlarms } from './event-collector-alarms.ts';
import type { EventCollectorArgs } from './event-collector-args.ts';
import { eventCollectorFaults } from './event-collector-faults.ts';
import { feedFunction } from './lambda-mapping.ts';
import { subscribe } from './subscriptions.ts';

const TYPE = 'reventless:EventCollector';

const ARGUMENTS: KeysOf<EventCollectorArgs> = {
  eventTopics: true,
  type: true,
  replayFrom: true,
  replayTo: true,
  handlerTimeoutSeconds: true,
  visibilityTimeoutSeconds: true,
  maxReceiveCount: true,
  messageRetentionSeconds: true,
  encryption: true,
  kmsKeyArn: true,
  consumerRoleName: true,
  deadLetterRefused: true,
  lambdaFunctionArn: true,
  batchSize: true,
  maximumBatchingWindowSeconds: true,
  maximumConcurrency: true,
  alarmActions: true,
  maxAgeSeconds: true,
  eventTypes: true,
  services: true,
  filterAttributes: true,
  filterBody: true,
  tags: true,
};

/**
 * The consuming side of a subscription: an SQS FIFO queue that receives every event of its topics exactly as it was published (raw
 * delivery), and a dead-letter queue for what the consumer cannot handle, or SNS not deliver. `new EventCollector('Notification', …)`
 * creates the queue `NotificationEventCollector.fifo`, and the IAM policy of who reads it.
 */
export class EventCollector extends pulumi.ComponentResource {
  /** Which collector this is, as given. */
  readonly name: string;
  readonly resources: readonly pulumi.Resource[];
  readonly queueUrl: pulumi.Output<string>;
  readonly queueArn: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  readonly deadLetterQueueArn: pulumi.Output<string>;
  /** The IAM policy to attach to the role of the consumer: just what reading this queue takes. */
  readonly consumerPolicyArn: pulumi.Output<string>;
  /** The customer key that encrypts both queues; absent with SQS's own key. */
  readonly kmsKeyArn: pulumi.Output<string> | undefined;

  /**
   * @param name 1 to 51 letters, digits, `-` or `_`.
   * @throws `pulumi.InputPropertiesError` that names every faulty argument, before anything is registered.
   */
  constructor(name: string, args: EventCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    const given = { component: 'EventCollector', name, args, known: ARGUMENTS, needed: ['eventTopics'] };
    checkArguments(given, () => eventCollectorFaults(name, args));
    super(TYPE, `${name}EventCollector`, {}, opts);
    const scope: Scope = { name: `${name}EventCollector`, child: { parent: this }, tags: args.tags };

    const queues = createCollectorQueues(scope, args);
    const { queue, deadLetterQueue } = queues;
    const policy = createConsumerPolicy(scope, args, queues);
    const permissions = attachConsumerPolicy(scope, args, policy);
    const subscriptions = subscribe(scope, args, queues);
    const mappings = feedFunction(scope, args, { queue, permissions });
    const alarms = createAlarms(scope, args.alarmActions, eventCollectorAlarms(args, queues));

    this.name = name;
    this.resources = [...queues.resources, policy, ...permissions, ...subscriptions, ...mappings, ...alarms];
    this.queueUrl = queue.url;
    this.queueArn = queue.arn;
    this.deadLetterQueueUrl = deadLetterQueue.url;
    this.deadLetterQueueArn = deadLetterQueue.arn;
    this.consumerPolicyArn = policy.arn;
    this.kmsKeyArn = queues.key?.keyArn;
    this.registerOutputs(outputsOf(this));
  }
}

function outputsOf(collector: EventCollector): pulumi.Inputs {
  const { resources, queueUrl, queueArn, deadLetterQueueUrl, deadLetterQueueArn } = collector;
  const { consumerPolicyArn, kmsKeyArn } = collector;
  return {
    resources,
    queueUrl,
    queueArn,
    deadLetterQueueUrl,
    deadLetterQueueArn,
    consumerPolicyArn,
    kmsKeyArn,
  };
}
