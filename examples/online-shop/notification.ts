// Notification: writes to the customer. A mail cannot be taken back, so the mail service must know what it has sent.
import type { EventMessage } from 'temporal-event-topic';
import { defineSideEffectHandler, EventCollector } from 'temporal-event-topic/collector';
import type { Shop } from './plugin.ts';
import { Order } from './topics.ts';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** msgId of the event that is behind it. */
  readonly correlationId: string;
}

/** Somebody else's service, as far as it matters here: it does once what it is asked several times with the same key. */
export class MailService {
  readonly #sent = new Map<string, Mail>();

  async send(mail: Mail, idempotencyKey: string): Promise<void> {
    if (!this.#sent.has(idempotencyKey)) this.#sent.set(idempotencyKey, mail);
  }

  get sent(): readonly Mail[] {
    return [...this.#sent.values()];
  }
}

export function createNotification(shop: Shop, mails: MailService) {
  const send = (message: EventMessage, what: string, idempotencyKey: string): Promise<void> => {
    const { user: to, msgId: correlationId } = message.meta;
    return mails.send({ to, subject: `${message.id} ${what}`, correlationId }, idempotencyKey);
  };
  // #region side-effect
  const notification = defineSideEffectHandler({
    name: 'Notification',
    topics: [Order],
    perform: {
      Order: {
        OrderPlaced: 'ignore',
        OrderPaid: (message, { idempotencyKey }) => send(message, 'is paid', idempotencyKey),
        OrderShipped: (message, { idempotencyKey }) => send(message, 'is on its way', idempotencyKey),
        OrderCancelled: (message, { idempotencyKey }) =>
          send(message, `is cancelled: ${message.event.reason}`, idempotencyKey),
      },
    },
  });
  return new EventCollector({ ...notification.options, ...shop.queue('Notification') });
  // #endregion side-effect
}
