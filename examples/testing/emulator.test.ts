import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EventTopicTestEnvironment } from 'temporal-event-topic/testing';
import { Customer } from '../adopt/customer.ts';
import { Customers } from './customers.ts';

it('delivers through Temporal, SNS and SQS what the application publishes', async () => {
  await using env = await EventTopicTestEnvironment.create({ topics: [Customer], emulator: true });
  const msgId = await new Customers(env.topic(Customer)).rename('c-1', 'Ada');

  const [message] = await env.published(Customer, 1);
  assert.equal(message?.meta.msgId, msgId);
});
