import * as sqs from '@pulumi/aws/sqs/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { CustomerKey } from '../encryption.ts';
import { queueArgs } from '../queue.ts';
import { publisherQueuePolicy } from '../queue-policy.ts';
import type { Scope } from '../scope.ts';
import type { EventTopicArgs, EventTopicType } from './event-topic-args.ts';

/** Where a publisher's refused events go. */
export interface PublisherDeadLetterQueue {
  readonly queueArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
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
  { deadLetterQueue = false }: EventTopicArgs,
  kind: QueueKind,
): PublisherDeadLetterQueue | undefined {
  if (typeof deadLetterQueue !== 'object') return deadLetterQueue ? create(scope, kind) : undefined;
  const { queueArn, queueUrl } = deadLetterQueue;
  return { queueArn: pulumi.output(queueArn), queueUrl: pulumi.output(queueUrl), resources: [] };
}

function create({ name, child, tags }: Scope, kind: QueueKind): PublisherDeadLetterQueue {
  const queueName = `${name}DeadLetter`;
  const queue = new sqs.Queue(
    queueName,
    {
      ...queueArgs({ name: queueName, tags, ...kind }),
      // The publisher alone sends to it, no other queue sets messages aside here.
      redriveAllowPolicy: pulumi.jsonStringify({ redrivePermission: 'denyAll' }),
    },
    { ...child, dependsOn: [...(kind.key?.resources ?? [])] },
  );
  const policy = new sqs.QueuePolicy(queueName, publisherQueuePolicy(queue), child);
  return { queueArn: queue.arn, queueUrl: queue.url, resources: [queue, policy] };
}
