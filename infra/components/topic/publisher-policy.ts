import * as iam from '@pulumi/aws/iam/index.js';
import type * as pulumi from '@pulumi/pulumi';
import { type ClaimCheckReference, writeClaimChecks } from '../claim-check/claim-check-reference.ts';
import { onlyThrough } from '../encryption.ts';
import { type PolicyStatement, policyDocument } from '../policy-document.ts';
import { iamNamePrefix, MAX_POLICY_NAME_PREFIX, type Scope } from '../scope.ts';

/** What a publisher of one topic uses. */
export interface PublisherNeeds {
  /** Aggregate name. */
  readonly topic: string;
  readonly topicArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string> | undefined;
  readonly deadLetterQueueArn: pulumi.Input<string> | undefined;
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
  const { topic, topicArn, keyArn, deadLetterQueueArn, claimCheckBucket } = needs;
  return [
    { Sid: 'PublishEvents', Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn },
    ...(deadLetterQueueArn === undefined ? [] : [sendRefused(deadLetterQueueArn)]),
    ...(keyArn === undefined ? [] : [encrypt(keyArn, deadLetterQueueArn !== undefined)]),
    ...(claimCheckBucket === undefined ? [] : writeClaimChecks(topic, claimCheckBucket)),
  ];
}

function sendRefused(Resource: pulumi.Input<string>): PolicyStatement {
  return { Sid: 'SendRefusedEvents', Effect: 'Allow', Action: 'sqs:SendMessage', Resource };
}

function encrypt(keyArn: pulumi.Input<string>, alsoQueue: boolean): PolicyStatement {
  return {
    Sid: 'EncryptEvents',
    Effect: 'Allow',
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: keyArn,
    Condition: onlyThrough(alsoQueue ? ['sns', 'sqs'] : ['sns'], keyArn),
  };
}
