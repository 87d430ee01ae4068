// #region in-memory
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InMemoryEventTopic } from 'temporal-event-topic/testing';
import { Customer } from '../adopt/customer.ts';
import { Customers } from './customers.ts';

it('publishes the new name of a customer', async () => {
  const topic = new InMemoryEventTopic(Customer);
  const msgId = await new Customers(topic).rename('c-1', 'Ada');

  const { event } = await topic.publisher.spy.published(msgId);
  assert.deepEqual(event, { type: 'NameChanged', name: 'Ada' });
});
// #endregion in-memory

// #region outage
it('loses nothing in an outage of three days', async () => {
  const topic = new InMemoryEventTopic(Customer);
  const customers = new Customers(topic);
  const { publisher } = topic;

  publisher.startOutage();
  await customers.rename('c-1', 'Ada');
  await customers.rename('c-1', 'Ada Lovelace');
  await topic.tick(3 * 24 * 60 * 60_000);
  assert.equal(publisher.messages.length, 0);
  assert.ok(publisher.spy.attempts.length > 4_000, 'tried once a minute');

  publisher.endOutage();
  await topic.tick(60_000);
  const names = publisher.messages.map(({ event }) => (event as { name: string }).name);
  assert.deepEqual(names, ['Ada', 'Ada Lovelace']);
});
// #endregion outage
