import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createMeta } from 'temporal-event-topic';
import { InMemoryEventTopic } from 'temporal-event-topic/testing';
import { Customer, type CustomerMessage } from '../adopt/customer.ts';

it('stops a customer at an event that SNS refuses, and no other', async () => {
  const topic = new InMemoryEventTopic(Customer);
  const { publisher } = topic;
  const [bad, next, other] = [renamed('c-1', 'Ada'), renamed('c-1', 'Ada Lovelace'), renamed('c-2', 'Grace')];

  publisher.refuse(bad.meta.msgId, { code: 'InvalidParameter' });
  await topic.publish([bad, next, other]);
  await publisher.spy.published(other.meta.msgId);
  const [parked] = await topic.parked();
  assert.equal(parked?.msgId, bad.meta.msgId);

  publisher.cure(bad.meta.msgId);
  await topic.retry('c-1', { actor: 'ada', reason: 'the topic takes it now' });
  await publisher.spy.published(next.meta.msgId);
});

function renamed(id: string, name: string): CustomerMessage {
  return { id, meta: createMeta({ service: 'shop' }), event: { type: 'NameChanged', name } };
}
