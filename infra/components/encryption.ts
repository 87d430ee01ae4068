import * as kms from '@pulumi/aws/kms/index.js';
import * as pulumi from '@pulumi/pulumi';
import { arnParts, viaService } from './arn.ts';
import { KEY_DELETION_DAYS } from './defaults.ts';
import { type PolicyStatement, policyDocument } from './policy-document.ts';
import type { Scope } from './scope.ts';

/** A customer's key of KMS. */
export interface CustomerKey {
  readonly keyArn: pulumi.Output<string>;
  /** Key and key policy when this component created them. What is encrypted waits for the policy. */
  readonly resources: readonly pulumi.Resource[];
}

export interface KeyChoice {
  readonly encryption?: string;
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/** The given key, or a new one when there is none and one is asked for, else nothing: AWS's own key. */
export function customerKey(
  scope: Scope,
  { encryption, kmsKeyArn }: KeyChoice,
  statements: (keyArn: pulumi.Output<string>) => readonly PolicyStatement[],
): CustomerKey | undefined {
  if (kmsKeyArn !== undefined) return { keyArn: pulumi.output(kmsKeyArn), resources: [] };
  return encryption === 'customerKey' ? createKey(scope, statements) : undefined;
}

function createKey(
  { name, child, tags }: Scope,
  statements: (keyArn: pulumi.Output<string>) => readonly PolicyStatement[],
): CustomerKey {
  const key = new kms.Key(
    name,
    {
      description: `Events of ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: KEY_DELETION_DAYS,
      tags,
    },
    child,
  );
  // Apart from the key, whose ARN says which account may administer it: no question to AWS is needed for that.
  const policy = new kms.KeyPolicy(
    name,
    { keyId: key.id, policy: policyDocument([administerByAccount(key.arn), ...statements(key.arn)]) },
    child,
  );
  return { keyArn: key.arn, resources: [key, policy] };
}

/** As AWS sets it for every key, and without it a key can become unusable for ever. It lets the account's IAM policies decide. */
function administerByAccount(keyArn: pulumi.Output<string>): PolicyStatement {
  const root = keyArn.apply((arn) => `arn:${arnParts(arn).partition}:iam::${arnParts(arn).account}:root`);
  return {
    Sid: 'AdministerByAccount',
    Effect: 'Allow',
    Principal: { AWS: root },
    Action: 'kms:*',
    Resource: '*',
  };
}

/** SNS encrypts what it delivers to a queue of this key: without this it drops every message and tells nobody. */
export function deliverFromTopics(topicArns: readonly pulumi.Input<string>[]): PolicyStatement {
  return {
    Sid: 'DeliverFromEventTopics',
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: '*',
    Condition: { ArnEquals: { 'aws:SourceArn': [...topicArns] } },
  };
}

/** Restricts a statement about a key to what these services do with it for their caller. */
export function onlyThrough(
  services: readonly ('s3' | 'sns' | 'sqs')[],
  arn: pulumi.Input<string>,
): Record<'StringEquals', Record<string, pulumi.Output<string[]>>> {
  const names = pulumi.output(arn).apply((known) => services.map((service) => viaService(service, known)));
  return { StringEquals: { 'kms:ViaService': names } };
}
