import type { EventMessage } from '../../src/common/message.ts';

/** How SNS refuses an event: alone, or with it the whole request that it is in. */
export type Refusal = 'refusedEntry' | 'refusedRequest';

/** The events that SNS refuses for what they contain, until somebody cures that. */
export class Refusals {
  readonly #refused = new Map<string, { readonly refusal: Refusal; readonly body: string }>();

  refuse(message: EventMessage, refusal: Refusal): void {
    this.#refused.set(message.meta.msgId, { refusal, body: JSON.stringify(message) });
  }

  cure(msgId: string): void {
    this.#refused.delete(msgId);
  }

  /** How this body of the event is refused; undefined when SNS takes it. */
  of(msgId: string, body: string): Refusal | undefined {
    const refused = this.#refused.get(msgId);
    return refused?.body === body ? refused.refusal : undefined;
  }
}
