import type * as sqs from '@pulumi/aws/sqs/index.js';
import { MESSAGE_RETENTION_SECONDS } from './defaults.ts';
import type { CustomerKey } from './encryption.ts';
import type { Tags } from './scope.ts';
import type { EventTopicType } from './topic/event-topic-args.ts';

export interface QueueSpec {
  /** Without `.fifo`. */
  readonly name: string;
  readonly type: EventTopicType;
  readonly key: CustomerKey | undefined;
  readonly tags: Tags | undefined;
}

/** What all queues have in common. */
export function queueArgs({ name, type, key, tags }: QueueSpec): sqs.QueueArgs {
  return {
    ...(type === 'fifo' ? fifoArgs(name) : { name }),
    messageRetentionSeconds: MESSAGE_RETENTION_SECONDS,
    // SQS's own key asks no permission of SNS, which delivers to such a queue as to a plain one.
    ...(key === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: key.keyArn }),
    tags,
  };
}

/** Or any queue of the account could set its messages aside in this one, and SQS asks no queue policy for that. */
export const NO_DEAD_LETTERS = { redriveAllowPolicy: JSON.stringify({ redrivePermission: 'denyAll' }) };

function fifoArgs(name: string): sqs.QueueArgs {
  return {
    name: `${name}.fifo`,
    fifoQueue: true,
    // These two belong together: they lift the limit of 300 calls a second from the queue to each aggregate.
    deduplicationScope: 'messageGroup',
    fifoThroughputLimit: 'perMessageGroupId',
  };
}
