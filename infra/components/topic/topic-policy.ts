import * as pulumi from '@pulumi/pulumi';
import { deliverFromTopics, onlyThrough } from '../encryption.ts';
import { denyWithoutTls, type PolicyStatement, policyDocument } from '../policy-document.ts';
import type { EventTopicArgs } from './event-topic-args.ts';

/** All that a topic policy can speak of: SNS takes no `sns:*` there. */
const TOPIC_ACTIONS = [
  'sns:Publish',
  'sns:Subscribe',
  'sns:ListSubscriptionsByTopic',
  'sns:GetTopicAttributes',
  'sns:SetTopicAttributes',
  'sns:AddPermission',
  'sns:RemovePermission',
  'sns:DeleteTopic',
];

/**
 * Who may do what with the topic beyond the IAM policies of its own account, which need no leave of the topic. It replaces the policy
 * that SNS gives a new topic.
 */
export function topicPolicy(topicArn: pulumi.Output<string>, args: EventTopicArgs): pulumi.Output<string> {
  return policyDocument([
    denyWithoutTls(TOPIC_ACTIONS, topicArn),
    ...publishers(topicArn, args),
    ...subscribers(topicArn, args),
  ]);
}

function publishers(
  topicArn: pulumi.Output<string>,
  { publisherPrincipals }: EventTopicArgs,
): PolicyStatement[] {
  if (publisherPrincipals === undefined) return [];
  return [
    {
      Sid: 'PublishByPrincipals',
      Effect: 'Allow',
      Principal: { AWS: publisherPrincipals },
      Action: 'sns:Publish',
      Resource: topicArn,
    },
  ];
}

function subscribers(topicArn: pulumi.Output<string>, args: EventTopicArgs): PolicyStatement[] {
  const { subscriberAccounts, subscriberOrganization } = args;
  // Queues only: nobody is to hand the events to a mailbox or a web address.
  const subscribe = { Effect: 'Allow', Action: 'sns:Subscribe', Resource: topicArn } as const;
  const toQueues = { 'sns:Protocol': 'sqs' };
  const byAccounts: PolicyStatement[] =
    subscriberAccounts === undefined
      ? []
      : [
          {
            Sid: 'SubscribeByAccounts',
            ...subscribe,
            Principal: { AWS: subscriberAccounts },
            Condition: {
              StringEquals: toQueues,
              StringLike: { 'sns:Endpoint': queuesOf(subscriberAccounts) },
            },
          },
        ];
  if (subscriberOrganization === undefined) return byAccounts;
  const Condition = { StringEquals: { ...toQueues, 'aws:PrincipalOrgID': subscriberOrganization } };
  return [...byAccounts, { Sid: 'SubscribeByOrganization', ...subscribe, Principal: '*', Condition }];
}

/** Nor to a queue of an account that may not subscribe itself. */
function queuesOf(accounts: NonNullable<EventTopicArgs['subscriberAccounts']>): pulumi.Output<string[]> {
  return pulumi.output(accounts).apply((known) => known.map((account) => `arn:*:sqs:*:${account}:*`));
}

/** Who may use a key that is created for the topic. The account's own identities may by their IAM policies. */
export function topicKeyStatements(
  keyArn: pulumi.Output<string>,
  topicArn: pulumi.Output<string>,
  { publisherPrincipals, deadLetterQueue }: EventTopicArgs,
): PolicyStatement[] {
  const deliver = deliverFromTopics([topicArn]);
  if (publisherPrincipals === undefined) return [deliver];
  return [
    deliver,
    {
      Sid: 'PublishByPrincipals',
      Effect: 'Allow',
      Principal: { AWS: publisherPrincipals },
      Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
      Resource: '*',
      // A queue that is created has the topic's key.
      Condition: onlyThrough(deadLetterQueue === true ? ['sns', 'sqs'] : ['sns'], keyArn),
    },
  ];
}
