import { expect, it } from 'vitest';
import { isCloud, planNamespace, type SetupFacts, searchStep } from '../../../../src/cli/setup/setup.ts';

const facts: SetupFacts = {
  address: 'localhost:7233',
  namespace: 'shop',
  description: { value: { state: 'REGISTERED', retentionDays: 1 } },
  isWanted: false,
};
const notFound = { unread: { code: 'NOT_FOUND', reason: 'Namespace shop is not found.' } };
const denied = { unread: { code: 'PERMISSION_DENIED', reason: 'no' } };
const cloud = 'shop.a1b2c.tmprl.cloud:7233';

it.each<[string, Partial<SetupFacts>, object]>([
  ['is there', {}, { step: { state: 'ok', fact: 'shop is there, and keeps closed workflows for 1 day' } }],
  [
    'is being deleted',
    { description: { value: { state: 'DELETED', retentionDays: 1 } } },
    { step: { state: 'missing' } },
  ],
  [
    'is not there',
    { description: notFound },
    { step: { state: 'missing', next: 'Make it: event-topic setup --yes' } },
  ],
  ['is not there, and wanted', { description: notFound, isWanted: true }, { make: true }],
  [
    'is not there, on Temporal Cloud',
    { description: notFound, isWanted: true, address: cloud },
    { step: { state: 'missing', next: expect.stringContaining('tcld namespace create') } },
  ],
  [
    'is not for these credentials, on Temporal Cloud',
    { description: denied, address: cloud },
    { step: { next: expect.stringContaining('Temporal Cloud') } },
  ],
  [
    'cannot be described',
    { description: denied, isWanted: true },
    { step: { state: 'missing', fact: 'shop cannot be described: no' } },
  ],
])('says of a namespace that it %s', (_what, given, plan) => {
  expect(planNamespace({ ...facts, ...given })).toMatchObject(plan);
});

it.each([
  [cloud, true],
  ['eu-west-1.aws.api.temporal.io:7233', true],
  ['temporal.shop.internal:7233', false],
  ['tmprl.cloud.evil.example:7233', false],
])('%s is Temporal Cloud: %s', (address, expected) => {
  expect(isCloud(address)).toBe(expected);
});

it('says that no search attribute is needed, and whether workflows can be listed', () => {
  expect(searchStep({ value: 0 })).toMatchObject({
    state: 'ok',
    fact: expect.stringContaining('None has to be registered'),
  });
  expect(searchStep(notFound)).toMatchObject({ state: 'missing', next: expect.any(String) });
});
