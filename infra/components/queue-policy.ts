import type * as sqs from '@pulumi/aws/sqs/index.js';
import type { EventTopicReference } from './collector/event-collector-args.ts';
import { denyWithoutTls, type PolicyStatement, policyDocument } from './policy-document.ts';
import type { EventTopicArgs } from './topic/event-topic-args.ts';

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

/** The publisher sends by its own IAM policy. Those of other accounts, who may publish to the topic, also need the leave of the queue. */
export function publisherQueuePolicy(
  queue: sqs.Queue,
  { publisherPrincipals }: Pick<EventTopicArgs, 'publisherPrincipals'>,
): sqs.QueuePolicyArgs {
  const deny = denyWithoutTls('sqs:*', queue.arn);
  if (publisherPrincipals === undefined) return queuePolicy(queue, [deny]);
  const sendByPrincipals: PolicyStatement = {
    Sid: 'SendByPrincipals',
    Effect: 'Allow',
    Principal: { AWS: publisherPrincipals },
    Action: 'sqs:SendMessage',
    Resource: queue.arn,
  };
  return queuePolicy(queue, [deny, sendByPrincipals]);
}

function queuePolicy(queue: sqs.Queue, statements: readonly PolicyStatement[]): sqs.QueuePolicyArgs {
  return { queueUrl: queue.url, policy: policyDocument(statements) };
}
