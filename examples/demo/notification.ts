// A side effect of the shop: tells customers what happens. What it calls does a thing once per key, as a good mail service does.

import type { EventMessage } from 'temporal-event-topic';
import { defineSideEffectHandler, type SideEffectContext } from 'temporal-event-topic/collector';
import type { Received } from './check.ts';
import { Customer, Order } from './shop.ts';
import type { OnHandled } from './terminal.ts';

/** Stands for another system. */
export class MailService {
  readonly #keys = new Set<string>();
  /** msgIds by `<topic>/<aggregate id>`, in the order in which mails were sent. */
  readonly sent = new Map<string, string[]>();

  async send(key: string, aggregate: string, msgId: string): Promise<void> {
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    this.sent.set(aggregate, [...(this.sent.get(aggregate) ?? []), msgId]);
  }

  get received(): Received {
    return this.sent;
  }
}

export function createNotification(mails: MailService, onHandled: OnHandled) {
  const notify = async (
    message: EventMessage,
    { topic, idempotencyKey }: SideEffectContext,
  ): Promise<void> => {
    await mails.send(idempotencyKey, `${topic}/${message.id}`, message.meta.msgId);
    onHandled(topic, message, 'Notification');
  };
  return defineSideEffectHandler({
    name: 'Notification',
    topics: [Customer, Order],
    perform: { Customer: notify, Order: notify },
  });
}
