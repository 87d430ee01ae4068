// The application code that these examples test.
import { createMeta } from 'temporal-event-topic';
import type { EventTopic } from 'temporal-event-topic/client';
import type { Customer } from '../adopt/customer.ts';

export class Customers {
  readonly #topic: EventTopic<typeof Customer.event>;

  constructor(topic: EventTopic<typeof Customer.event>) {
    this.#topic = topic;
  }

  /** Resolves with the msgId of the event. */
  async rename(id: string, name: string): Promise<string> {
    const meta = createMeta({ service: 'shop' });
    await this.#topic.publish([{ id, meta, event: { type: 'NameChanged', name } }]);
    return meta.msgId;
  }
}
