import { expectTypeOf, test } from 'vitest';
import type { EventPublisher } from '../../src/activities/event-publisher.ts';
import type { EventTopic } from '../../src/client/index.ts';
import type { Receipt } from '../../src/index.ts';
import {
  type EventTopicTestEnvironment,
  InMemoryEventTopic,
  type InMemoryPublisher,
} from '../../src/testing/index.ts';
import { Customer, type CustomerMessage } from '../support/customer.ts';

type CustomerTopic = EventTopic<typeof Customer.event>;

test('an in-memory topic goes wherever an EventTopic goes', () => {
  const topic = new InMemoryEventTopic(Customer);
  expectTypeOf(topic).toExtend<CustomerTopic>();
  expectTypeOf(topic).toExtend<Pick<CustomerTopic, 'publish' | 'publishJson' | 'status'>>();
  expectTypeOf(topic.publish).toEqualTypeOf<CustomerTopic['publish']>();
  expectTypeOf(topic.publish([], { waitFor: 'published' })).resolves.toEqualTypeOf<readonly Receipt[]>();
  // @ts-expect-error An event that the schema does not know.
  void topic.publish([{ id: 'a', meta: {} as CustomerMessage['meta'], event: { type: 'Unknown' } }]);
});

test('an in-memory topic has the publisher that it was given', () => {
  expectTypeOf(new InMemoryEventTopic(Customer).publisher).toEqualTypeOf<InMemoryPublisher>();
  const publisher = {} as EventPublisher & { readonly own: string };
  expectTypeOf(new InMemoryEventTopic(Customer, { publisher }).publisher).toEqualTypeOf<typeof publisher>();
});

test('an environment knows the messages of its topics', () => {
  const env = {} as EventTopicTestEnvironment;
  expectTypeOf(env.topic(Customer)).toEqualTypeOf<CustomerTopic>();
  expectTypeOf(env.published(Customer, 1)).resolves.toEqualTypeOf<readonly CustomerMessage[]>();
});
