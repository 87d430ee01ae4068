import * as iam from '@pulumi/aws/iam/index.js';
import type * as sqs from '@pulumi/aws/sqs/index.js';
import type { ClaimCheckReference } from '../claim-check/claim-check-reference.ts';
import { readClaimChecks } from '../claim-check/claim-check-reference.ts';
import { onlyThrough } from '../encryption.ts';
import { type PolicyStatement, policyDocument } from '../policy-document.ts';
import { iamNamePrefix, MAX_POLICY_NAME_PREFIX, type Scope } from '../scope.ts';
import type { CollectorQueues } from './collector-queues.ts';
import type { EventCollectorArgs } from './event-collector-args.ts';

/** The IAM policy of whatever reads the queue: a Lambda function or a service. The dead-letter queue is for people, but for what it refuses. */
export function createConsumerPolicy(
  { name, child, tags }: Scope,
  args: EventCollectorArgs,
  queues: CollectorQueues,
): iam.Policy {
  const policyName = `${name}Consumer`;
  return new iam.Policy(
    policyName,
    {
      namePrefix: iamNamePrefix(policyName, MAX_POLICY_NAME_PREFIX),
      description: `Consume ${name}`,
      policy: policyDocument(consumerStatements(args, queues)),
      tags,
    },
    child,
  );
}

/** Gives the consumer its policy, when its role is known. */
export function attachConsumerPolicy(
  { name, child }: Scope,
  { consumerRoleName }: EventCollectorArgs,
  policy: iam.Policy,
): iam.RolePolicyAttachment[] {
  if (consumerRoleName === undefined) return [];
  const attachment = { role: consumerRoleName, policyArn: policy.arn };
  return [new iam.RolePolicyAttachment(`${name}Consumer`, attachment, child)];
}

function consumerStatements(
  args: EventCollectorArgs,
  { queue, deadLetterQueue, key }: CollectorQueues,
): PolicyStatement[] {
  const buckets = new Map<string, ClaimCheckReference>();
  for (const { name, claimCheckBucket } of args.eventTopics)
    if (claimCheckBucket !== undefined) buckets.set(name, claimCheckBucket);
  const decrypt: PolicyStatement[] =
    key === undefined
      ? []
      : [
          {
            Sid: 'DecryptEvents',
            Effect: 'Allow',
            // SQS: sending to an encrypted queue takes both.
            Action: args.deadLetterRefused ? ['kms:GenerateDataKey', 'kms:Decrypt'] : 'kms:Decrypt',
            Resource: key.keyArn,
            Condition: onlyThrough(['sqs'], key.keyArn),
          },
        ];
  return [
    {
      Sid: 'ConsumeEvents',
      Effect: 'Allow',
      Action: [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:GetQueueAttributes',
      ],
      Resource: queue.arn,
    },
    ...(args.deadLetterRefused ? [setAside(deadLetterQueue)] : []),
    ...decrypt,
    ...readClaimChecks(buckets),
  ];
}

function setAside(deadLetterQueue: sqs.Queue): PolicyStatement {
  return {
    Sid: 'SetRefusedEventsAside',
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Resource: deadLetterQueue.arn,
  };
}
