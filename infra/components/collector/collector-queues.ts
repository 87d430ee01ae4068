import * as sqs from '@pulumi/aws/sqs/index.js';
import * as pulumi from '@pulumi/pulumi';
import {
  DEFAULT_MAX_RECEIVE_COUNT,
  DEFAULT_VISIBILITY_TIMEOUT_SECONDS,
  LONG_POLLING_SECONDS,
  MESSAGE_RETENTION_SECONDS,
} from '../defaults.ts';
import { type CustomerKey, customerKey, deliverFromTopics } from '../encryption.ts';
import { NO_DEAD_LETTERS, type QueueSpec, queueArgs } from '../queue.ts';
import { collectorQueuePolicy } from '../queue-policy.ts';
import type { Scope } from '../scope.ts';
import type { EventCollectorArgs } from './event-collector-args.ts';
import { neededVisibility } from './handler-faults.ts';

export interface CollectorQueues {
  readonly queue: sqs.Queue;
  readonly deadLetterQueue: sqs.Queue;
  readonly key: CustomerKey | undefined;
  /** All without which SNS may not deliver: a subscription waits for them. */
  readonly policies: readonly pulumi.Resource[];
  readonly resources: readonly pulumi.Resource[];
}

/** The queue of a collector, and that into which both SQS and SNS put what they do not get rid of. */
export function createCollectorQueues(scope: Scope, args: EventCollectorArgs): CollectorQueues {
  const { name, child, tags } = scope;
  const key = customerKey(scope, args, () => [
    deliverFromTopics(args.eventTopics.map(({ topicArn }) => topicArn)),
  ]);
  const deadLetterName = `${name}DeadLetter`;
  const spec: QueueSpec = { name, tags, type: args.type ?? 'fifo', key };
  const options = { ...child, dependsOn: [...(key?.resources ?? [])] };

  const deadLetterQueue = new sqs.Queue(
    deadLetterName,
    queueArgs({ ...spec, name: deadLetterName }),
    options,
  );
  const queue = new sqs.Queue(name, { ...queueArgs(spec), ...consumption(args, deadLetterQueue) }, options);
  const policies = [
    new sqs.QueuePolicy(name, collectorQueuePolicy(queue, args.eventTopics), child),
    new sqs.QueuePolicy(deadLetterName, collectorQueuePolicy(deadLetterQueue, args.eventTopics), child),
  ];
  const allow = new sqs.RedriveAllowPolicy(deadLetterName, onlyFrom(queue, deadLetterQueue), child);
  const resources = [queue, deadLetterQueue, ...policies, allow, ...(key?.resources ?? [])];
  return { queue, deadLetterQueue, key, policies, resources };
}

function consumption(args: EventCollectorArgs, deadLetterQueue: sqs.Queue): sqs.QueueArgs {
  return {
    messageRetentionSeconds: args.messageRetentionSeconds ?? MESSAGE_RETENTION_SECONDS,
    receiveWaitTimeSeconds: LONG_POLLING_SECONDS,
    visibilityTimeoutSeconds: args.visibilityTimeoutSeconds ?? defaultVisibility(args),
    redrivePolicy: pulumi.jsonStringify({
      deadLetterTargetArn: deadLetterQueue.arn,
      maxReceiveCount: args.maxReceiveCount ?? DEFAULT_MAX_RECEIVE_COUNT,
    }),
    ...NO_DEAD_LETTERS,
  };
}

function defaultVisibility(args: EventCollectorArgs): pulumi.Output<number> {
  return pulumi
    .output([args.handlerTimeoutSeconds ?? 0, args.maximumBatchingWindowSeconds ?? 0] as const)
    .apply(([timeout, maximumBatchingWindowSeconds]) =>
      Math.max(
        DEFAULT_VISIBILITY_TIMEOUT_SECONDS,
        neededVisibility({ ...args, maximumBatchingWindowSeconds }, timeout),
      ),
    );
}

/** Or any queue of the account could set its messages aside here. */
function onlyFrom(queue: sqs.Queue, deadLetterQueue: sqs.Queue): sqs.RedriveAllowPolicyArgs {
  return {
    queueUrl: deadLetterQueue.url,
    redriveAllowPolicy: pulumi.jsonStringify({
      redrivePermission: 'byQueue',
      sourceQueueArns: [queue.arn],
    }),
  };
}
