// #region read-model
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { defineEventMapper, defineReadModel, defineSideEffectHandler } from 'temporal-event-topic/collector';
import { testEventMapper, testReadModel, testSideEffect } from 'temporal-event-topic/testing';
import { Customer } from '../adopt/customer.ts';

const names = defineReadModel({
  name: 'Names',
  topics: [Customer],
  clear: async (transaction: Map<string, string>) => transaction.clear(),
  apply: {
    Customer: {
      Created: ({ id, event }, { transaction }) => transaction.set(id, event.name),
      NameChanged: ({ id, event }, { transaction }) => transaction.set(id, event.name),
      Deleted: ({ id }, { transaction }) => transaction.delete(id),
    },
  },
});

it('knows the newest name', async () => {
  await testReadModel(names, {
    transaction: new Map(),
    given: [
      { topic: 'Customer', id: 'c-1', event: { type: 'Created', name: 'Ada', address: 'Byron Street' } },
    ],
    when: { topic: 'Customer', id: 'c-1', event: { type: 'NameChanged', name: 'Ada L.' } },
    expect: (transaction) => assert.deepEqual([...transaction], [['c-1', 'Ada L.']]),
  });
});
// #endregion read-model

// #region mapper
const goodbye = defineEventMapper({
  name: 'Goodbye',
  topics: [Customer],
  to: [Customer],
  service: 'crm',
  map: {
    Customer: {
      Created: 'ignore',
      NameChanged: 'ignore',
      Deleted: ({ id }) => [{ topic: 'Customer', id: `${id}-archive`, event: { type: 'Deleted' } }],
    },
  },
});

it('archives who leaves', async () => {
  const [published] = await testEventMapper(goodbye, {
    when: { topic: 'Customer', id: 'c-1', event: { type: 'Deleted' }, meta: { msgId: 'm-1' } },
    expect: [{ topic: 'Customer', id: 'c-1-archive', event: { type: 'Deleted' } }],
  });
  assert.equal(published?.message.meta.correlationId, 'm-1');
});
// #endregion mapper

// #region side-effect
const mails = defineSideEffectHandler({
  name: 'Mails',
  topics: [Customer],
  maxAttempts: 3,
  perform: {
    Customer: async () => {
      throw new Error('the mail server is away');
    },
  },
});

it('gives up after three attempts', async () => {
  const when = { topic: 'Customer', id: 'c-1', event: { type: 'Deleted' } } as const;
  await testSideEffect(mails, { when, attempt: 2, expect: 'tried again' });
  await testSideEffect(mails, { when, attempt: 3, expect: 'refused' });
});
// #endregion side-effect

it('reads older events', async () => {
  const { upcast } = await import('temporal-event-topic/collector');
  // #region upcast
  const renamed = upcast((v1: { type: 'Renamed'; first: string; last: string }) => ({
    full: `${v1.first} ${v1.last}`,
  })).next((v2) => ({ type: 'NameChanged' as const, name: v2.full }));

  const withHistory = defineReadModel({
    name: 'Names',
    topics: [Customer],
    upcasters: { Customer: { Renamed: renamed } },
    clear: async (transaction: Map<string, string>) => transaction.clear(),
    apply: { Customer: names.options.handlers.Customer },
  });
  // #endregion upcast
  await testReadModel(withHistory, {
    transaction: new Map(),
    given: [{ topic: 'Customer', id: 'c-1', event: { type: 'Renamed', first: 'Ada', last: 'L.' } as never }],
    expect: (transaction) => assert.deepEqual([...transaction], [['c-1', 'Ada L.']]),
  });
});
