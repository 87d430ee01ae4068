import { describe, expect, it } from 'vitest';
import { letsTopicSend, type Verdict } from '../../../../src/cli/doctor/policy.ts';

const topicArn = 'arn:aws:sns:eu-west-1:123456789012:CustomerEventTopic.fifo';
const queueArn = 'arn:aws:sqs:eu-west-1:123456789012:CustomerEventCollector.fifo';

const allow = {
  Effect: 'Allow',
  Principal: { Service: 'sns.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: queueArn,
  Condition: { ArnEquals: { 'aws:SourceArn': [topicArn] } },
};
const denyWithoutTls = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'sqs:*',
  Resource: queueArn,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const { Condition: _, ...always } = allow;

const cases: readonly (readonly [what: string, statements: readonly unknown[], verdict: Verdict])[] = [
  ['the component writes it', [allow, denyWithoutTls], 'yes'],
  ['there is no statement', [], 'no'],
  [
    'it names another topic',
    [{ ...allow, Condition: { ArnEquals: { 'aws:SourceArn': `${topicArn}x` } } }],
    'no',
  ],
  ['it is for another queue', [{ ...allow, Resource: `${queueArn}x` }], 'no'],
  ['it lets receive', [{ ...allow, Action: ['sqs:ReceiveMessage'] }], 'no'],
  ['it lets a person send', [{ ...allow, Principal: { AWS: 'arn:aws:iam::123456789012:root' } }], 'no'],
  ['it has no condition', [always], 'yes'],
  ['it lets everybody send', [{ ...always, Principal: '*' }], 'yes'],
  ['it lets everybody of AWS send', [{ ...always, Principal: { AWS: '*' } }], 'yes'],
  [
    'it names topics by a wildcard',
    [{ ...allow, Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:sns:*:123456789012:*' } } }],
    'yes',
  ],
  [
    'it names the account',
    [{ ...allow, Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } }],
    'yes',
  ],
  [
    'it names another account',
    [{ ...allow, Condition: { StringEquals: { 'aws:SourceAccount': '210987654321' } } }],
    'no',
  ],
  ['it allows all of SQS', [{ ...allow, Action: 'SQS:*', Resource: '*' }], 'yes'],
  [
    'it asks for an organisation',
    [{ ...allow, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
    'unsure',
  ],
  ['it denies SNS', [allow, { ...always, Effect: 'Deny' }], 'no'],
  [
    'it may deny SNS',
    [allow, { ...always, Effect: 'Deny', Condition: { StringNotEquals: { 'aws:SourceVpc': 'v' } } }],
    'unsure',
  ],
  [
    'it denies all but somebody',
    [allow, { Effect: 'Deny', NotPrincipal: { AWS: 'a' }, Action: 'sqs:*' }],
    'unsure',
  ],
];

describe('whether a queue lets its topic send', () => {
  it.each(cases)('%s', (_what, Statement, verdict) => {
    expect(letsTopicSend(JSON.stringify({ Statement }), { topicArn, queueArn })).toBe(verdict);
  });

  it('does not, without a policy, with an empty one, or with one that is no JSON', () => {
    expect([undefined, '', '{'].map((policy) => letsTopicSend(policy, { topicArn, queueArn }))).toEqual([
      'no',
      'no',
      'no',
    ]);
  });

  it('takes a single statement', () => {
    expect(letsTopicSend(JSON.stringify({ Statement: allow }), { topicArn, queueArn })).toBe('yes');
  });
});
