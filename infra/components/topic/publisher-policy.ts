import * as iam from '@pulumi/aws/iam/index.js';
import type * as pulumi from '@pulumi/pulumi';
import { type ClaimCheckReference, writeClaimChecks } from '../claim-check/claim-check-reference.ts';
import { onlyThrough } from '../encryption.ts';
import { type PolicyStatement, policyDocument } from '../policy-document.ts';
import { iamNamePrefix, MAX_POLICY_NAME_PREFIX, type Scope } from '../scope.ts';
import type { PublisherDeadLetterQueue } from './dead-letter-queue.ts';

/** What a publisher of one topic uses. */
export interface PublisherNeeds {
  /** Aggregate name. */
  readonly topic: string;
  readonly topicArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string> | undefined;
  readonly deadLetterQueue: PublisherDeadLetterQueue | undefined;
  readonly claimCheckBucket: ClaimCheckReference | undefined;
}

/** The IAM policy of the worker, and of an application that puts large events into the claim-check bucket. */
export function createPublisherPolicy({ name, child, tags }: Scope, needs: PublisherNeeds): iam.Policy {
  const policyName = `${name}Publisher`;
  return new iam.Policy(
    policyName,
    {
      namePrefix: iamNamePrefix(policyName, MAX_POLICY_NAME_PREFIX),
      description: `Publish to ${name}`,
      policy: policyDocument(publisherStatements(needs)),
      tags,
    },
    child,
  );
}

function publisherStatements(needs: PublisherNeeds): PolicyStatement[] {
  const { topic, topicArn, keyArn, deadLetterQueue, claimCheckBucket } = needs;
  return [
    { Sid: 'PublishEvents', Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn },
    ...(keyArn === undefined ? [] : [encrypt('EncryptEvents', 'sns', keyArn)]),
    ...(deadLetterQueue === undefined ? [] : sendRefused(deadLetterQueue)),
    ...(claimCheckBucket === undefined ? [] : writeClaimChecks(topic, claimCheckBucket)),
  ];
}

function sendRefused({ queueArn: Resource, keyArn }: PublisherDeadLetterQueue): PolicyStatement[] {
  return [
    { Sid: 'SendRefusedEvents', Effect: 'Allow', Action: 'sqs:SendMessage', Resource },
    ...(keyArn === undefined ? [] : [encrypt('EncryptRefusedEvents', 'sqs', keyArn)]),
  ];
}

function encrypt(Sid: string, service: 'sns' | 'sqs', keyArn: pulumi.Input<string>): PolicyStatement {
  return {
    Sid,
    Effect: 'Allow',
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: keyArn,
    Condition: onlyThrough([service], keyArn),
  };
}
