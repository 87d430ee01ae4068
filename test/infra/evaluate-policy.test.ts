import { describe, expect, it } from 'vitest';
import { evaluate } from './support/evaluate-policy.ts';
import type { RenderedPolicy, RenderedStatement } from './support/policies.ts';

/** The tests of policies are worth as much as what decides in them. */
const topic = 'arn:aws:sns:eu-central-1:111111111111:T';
const own = 'arn:aws:iam::111111111111:role/own';
const foreign = 'arn:aws:iam::222222222222:role/foreign';
const allow = { Sid: 'A', Effect: 'Allow', Action: 'sns:Publish', Resource: topic } as const;
const deny = { ...allow, Sid: 'D', Effect: 'Deny' } as const;
const key = 'arn:aws:kms:eu-central-1:111111111111:key/k';

const policy = (...Statement: RenderedStatement[]): RenderedPolicy => ({ Version: '2012-10-17', Statement });
const publish = (principal: string, context: Record<string, string> = {}) => ({
  principal,
  action: 'sns:Publish',
  resource: topic,
  context,
});

describe('a request', () => {
  it('is denied when nothing allows it', () => {
    expect(evaluate(publish(own), {})).toBe('denied');
  });

  it('of the same account is allowed by either policy', () => {
    expect(evaluate(publish(own), { identity: [policy(allow)] })).toBe('allowed');
    expect(evaluate(publish(own), { resource: policy({ ...allow, Principal: { AWS: own } }) })).toBe(
      'allowed',
    );
  });

  it('of another account is allowed by both policies only', () => {
    const identity = [policy(allow)];
    const resource = policy({ ...allow, Principal: { AWS: ['222222222222'] } });

    expect(evaluate(publish(foreign), { identity })).toBe('denied');
    expect(evaluate(publish(foreign), { resource })).toBe('denied');
    expect(evaluate(publish(foreign), { identity, resource })).toBe('allowed');
  });

  it('is denied by a statement that says so, whatever others allow', () => {
    const resource = policy({ ...deny, Principal: '*' });

    expect(evaluate(publish(own), { identity: [policy(allow)], resource })).toBe('denied');
  });

  it('to use a key needs the leave of the key', () => {
    const request = { principal: own, action: 'kms:Decrypt', resource: key };
    const use = { Sid: 'U', Effect: 'Allow', Action: 'kms:*', Resource: '*' } as const;
    const root = policy({ ...use, Principal: { AWS: 'arn:aws:iam::111111111111:root' } });

    expect(evaluate(request, { identity: [policy(use)], resourceDecides: true })).toBe('denied');
    expect(evaluate(request, { resource: root, resourceDecides: true })).toBe('denied');
    expect(evaluate(request, { identity: [policy(use)], resource: root, resourceDecides: true })).toBe(
      'allowed',
    );
  });
});

describe('a condition', () => {
  const on = (Condition: RenderedStatement['Condition']) => ({ identity: [policy({ ...allow, Condition })] });

  it.each([
    ['StringEquals', 'a', 'a', 'allowed'],
    ['StringEquals', 'a*', 'ab', 'denied'],
    ['StringLike', 'a*', 'ab', 'allowed'],
    ['ArnLike', `${topic}*`, `${topic}x`, 'allowed'],
    ['ArnEquals', topic, `${topic}x`, 'denied'],
    ['Bool', 'false', 'true', 'denied'],
  ])('%s %s meets %s: %s', (operator, wanted, is, verdict) => {
    expect(evaluate(publish(own, { k: is }), on({ [operator]: { k: [wanted, 'other'] } }))).toBe(verdict);
  });

  it('is not met by a key that the request lacks', () => {
    expect(evaluate(publish(own), on({ StringEquals: { k: 'a' } }))).toBe('denied');
  });

  it('that is not understood stops the test', () => {
    expect(() => evaluate(publish(own), on({ IpAddress: { 'aws:SourceIp': '::1' } }))).toThrow('IpAddress');
    const notAction = { ...allow, NotAction: 'sns:Publish' };
    expect(() => evaluate(publish(own), { identity: [policy(notAction)] })).toThrow('NotAction');
  });
});
