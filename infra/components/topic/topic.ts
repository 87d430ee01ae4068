import * as sns from '@pulumi/aws/sns/index.js';
import * as pulumi from '@pulumi/pulumi';
import { arnParts } from '../arn.ts';
import { type CustomerKey, customerKey } from '../encryption.ts';
import type { Scope } from '../scope.ts';
import { createDeliveryLog, createDeliveryLogRole, deliveryLogging } from './delivery-log.ts';
import type { EventTopicArgs } from './event-topic-args.ts';
import { topicKeyStatements, topicPolicy } from './topic-policy.ts';

// The alias by which an account has it, once it uses SNS with encryption.
const AWS_MANAGED_KEY = 'alias/aws/sns';

export interface CreatedTopic {
  readonly topic: sns.Topic;
  readonly key: CustomerKey | undefined;
  /** The topic and what belongs to it alone: key, policy, log. */
  readonly resources: readonly pulumi.Resource[];
}

export function createTopic(scope: Scope, args: EventTopicArgs): CreatedTopic {
  const key = createTopicKey(scope, args);
  const role = createDeliveryLogRole(scope, args);
  const topic = new sns.Topic(
    scope.name,
    { ...topicArgs(scope, args, key), ...deliveryLogging(role, args) },
    { ...scope.child, ...guard(args), dependsOn: [...(key?.resources ?? [])] },
  );
  const policy = new sns.TopicPolicy(
    scope.name,
    { arn: topic.arn, policy: topicPolicy(topic.arn, args) },
    scope.child,
  );
  const log = createDeliveryLog(scope, topic.arn, { ...args, role });
  const resources = [topic, policy, ...(key?.resources ?? []), ...(role === undefined ? [] : [role]), ...log];
  return { topic, key, resources };
}

function topicArgs(scope: Scope, args: EventTopicArgs, key: CustomerKey | undefined): sns.TopicArgs {
  return {
    name: physicalName(scope, args),
    ...(args.type === 'standard' ? SIGNED : fifoArgs(args)),
    kmsMasterKeyId: key?.keyArn ?? AWS_MANAGED_KEY,
    tags: args.tags,
  };
}

/** With SHA-256, not SHA-1. What FIFO topics deliver raw to a queue has no signature. */
const SIGNED = { signatureVersion: 2 };

function fifoArgs({ throughputScope, archiveRetentionDays }: EventTopicArgs): sns.TopicArgs {
  return {
    fifoTopic: true,
    // Throughput and deduplication per aggregate: a busy aggregate does not slow the others down, and a msgId is compared only
    // with those of its own aggregate.
    fifoThroughputScope: throughputScope ?? 'MessageGroup',
    ...(archiveRetentionDays === undefined ? {} : { archivePolicy: archivePolicy(archiveRetentionDays) }),
  };
}

/** SNS takes an empty object for no archive; without the property it would keep a former one. */
function archivePolicy(days: pulumi.Input<number>): pulumi.Output<string> {
  return pulumi
    .output(days)
    .apply((known) => JSON.stringify(known === 0 ? {} : { MessageRetentionPeriod: String(known) }));
}

/** Absent, so that `protect` of the component holds for a topic that has no archive. */
function guard({ archiveRetentionDays, protectArchive = true }: EventTopicArgs): { protect?: boolean } {
  return archiveRetentionDays === undefined ? {} : { protect: protectArchive };
}

function physicalName({ name }: Scope, { type }: EventTopicArgs): string {
  return type === 'standard' ? name : `${name}.fifo`;
}

function createTopicKey(scope: Scope, args: EventTopicArgs): CustomerKey | undefined {
  return customerKey(scope, args, (keyArn) => {
    // Made of the key's ARN, because the topic waits for the key's policy.
    const topicArn = keyArn.apply((arn) => {
      const { partition, region, account } = arnParts(arn);
      return `arn:${partition}:sns:${region}:${account}:${physicalName(scope, args)}`;
    });
    return topicKeyStatements(keyArn, topicArn, args);
  });
}
