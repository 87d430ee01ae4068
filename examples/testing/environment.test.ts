import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EventTopicTestEnvironment } from 'temporal-event-topic/testing';
import { Customer } from '../adopt/customer.ts';
import { Customers } from './customers.ts';

// #region environment
it('loses nothing in an outage of a day, in the publisher workflow itself', async () => {
  await using env = await EventTopicTestEnvironment.create({ topics: [Customer], mode: 'time-skipping' });
  env.publisher(Customer).startOutage();
  await new Customers(env.topic(Customer)).rename('c-1', 'Ada');
  await env.sleep('1 day');
  assert.equal(env.publisher(Customer).messages.length, 0);

  env.publisher(Customer).endOutage();
  await env.sleep('1 minute');
  const [message] = await env.published(Customer, 1);
  assert.deepEqual(message?.event, { type: 'NameChanged', name: 'Ada' });
});
// #endregion environment
