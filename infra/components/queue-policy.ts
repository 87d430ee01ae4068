import type * as sqs from '@pulumi/aws/sqs/index.js';
import type { EventTopicReference } from './collector/event-collector-args.ts';
import { denyWithoutTls, type PolicyStatement, policyDocument } from './policy-document.ts';

/**
 * SNS may send to a collector's queue, for these topics and no other. Without the first statement SNS drops every message and tells
 * nobody; without its condition any topic of any account could write here.
 */
export function collectorQueuePolicy(
  queue: sqs.Queue,
  eventTopics: readonly EventTopicReference[],
): sqs.QueuePolicyArgs {
  const sendFromEventTopics: PolicyStatement = {
    Sid: 'SendFromEventTopics',
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue.arn,
    Condition: { ArnEquals: { 'aws:SourceArn': eventTopics.map(({ topicArn }) => topicArn) } },
  };
  return queuePolicy(queue, [sendFromEventTopics, denyWithoutTls('sqs:*', queue.arn)]);
}

/** Allows nothing: the publisher sends by its own IAM policy. */
export function publisherQueuePolicy(queue: sqs.Queue): sqs.QueuePolicyArgs {
  return queuePolicy(queue, [denyWithoutTls('sqs:*', queue.arn)]);
}

function queuePolicy(queue: sqs.Queue, statements: readonly PolicyStatement[]): sqs.QueuePolicyArgs {
  return { queueUrl: queue.url, policy: policyDocument(statements) };
}
