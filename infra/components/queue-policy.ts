import type * as sqs from '@pulumi/aws/sqs/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { EventTopicReference } from './event-collector-args.ts';

/**
 * SNS may send to the queue, for these topics and no other. Without the first statement SNS drops every message and tells nobody;
 * without its condition any topic of any account could write here.
 */
export function collectorQueuePolicy(
  queue: sqs.Queue,
  eventTopics: readonly EventTopicReference[],
): sqs.QueuePolicyArgs {
  const sendFromEventTopics = {
    Sid: 'SendFromEventTopics',
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue.arn,
    Condition: { ArnEquals: { 'aws:SourceArn': eventTopics.map(({ topicArn }) => topicArn) } },
  };
  return queuePolicy(queue, [sendFromEventTopics, denyWithoutTls(queue)]);
}

/** Allows nothing: SQS needs no permission to move a message to its dead-letter queue. */
export function deadLetterQueuePolicy(queue: sqs.Queue): sqs.QueuePolicyArgs {
  return queuePolicy(queue, [denyWithoutTls(queue)]);
}

function denyWithoutTls(queue: sqs.Queue): pulumi.Inputs {
  return {
    Sid: 'DenyWithoutTls',
    Effect: 'Deny',
    Principal: '*',
    Action: 'sqs:*',
    Resource: queue.arn,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}

function queuePolicy(queue: sqs.Queue, statements: pulumi.Inputs[]): sqs.QueuePolicyArgs {
  return {
    queueUrl: queue.url,
    policy: pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements }),
  };
}
