import * as sqs from '@pulumi/aws/sqs/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { CustomerKey } from '../encryption.ts';
import { NO_DEAD_LETTERS, queueArgs } from '../queue.ts';
import { publisherQueuePolicy } from '../queue-policy.ts';
import type { Scope } from '../scope.ts';
import type { EventTopicArgs, EventTopicType } from './event-topic-args.ts';

/** Where a publisher's refused events go. */
export interface PublisherDeadLetterQueue {
  readonly queueArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  /** The customer key that encrypts it; absent with SQS's own key. */
  readonly keyArn: pulumi.Input<string> | undefined;
  /** What was created for it; nothing when it was given. */
  readonly resources: readonly pulumi.Resource[];
}

export interface QueueKind {
  readonly type: EventTopicType;
  readonly key: CustomerKey | undefined;
}

/** The given queue, a new one, or none, as `deadLetterQueue` asks. */
export function publisherDeadLetterQueue(
  scope: Scope,
  args: EventTopicArgs,
  kind: QueueKind,
): PublisherDeadLetterQueue | undefined {
  const { deadLetterQueue = false } = args;
  if (typeof deadLetterQueue !== 'object') return deadLetterQueue ? create(scope, args, kind) : undefined;
  const { queueArn, queueUrl, kmsKeyArn: keyArn } = deadLetterQueue;
  return { queueArn: pulumi.output(queueArn), queueUrl: pulumi.output(queueUrl), keyArn, resources: [] };
}

function create(
  { name, child, tags }: Scope,
  args: EventTopicArgs,
  kind: QueueKind,
): PublisherDeadLetterQueue {
  const queueName = `${name}DeadLetter`;
  const queue = new sqs.Queue(
    queueName,
    {
      ...queueArgs({ name: queueName, tags, ...kind }),
      // The publisher alone sends to it.
      ...NO_DEAD_LETTERS,
    },
    { ...child, dependsOn: [...(kind.key?.resources ?? [])] },
  );
  const policy = new sqs.QueuePolicy(queueName, publisherQueuePolicy(queue, args), child);
  const keyArn = kind.key?.keyArn;
  return { queueArn: queue.arn, queueUrl: queue.url, keyArn, resources: [queue, policy] };
}
