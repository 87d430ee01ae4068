// Groups that failed here and whose message another process took would stay for ever.
const MAX_GROUPS = 10_000;

/** Counts attempts at the message that a group stands at. Only at that one: those behind it come and go with it untried, so SQS's own count says nothing of them. */
export class Attempts {
  readonly #groups = new Map<string, { readonly messageId: string; failures: number }>();

  /** How many attempts at this message failed before. */
  failures(group: string, messageId: string): number {
    const found = this.#groups.get(group);
    return found?.messageId === messageId ? found.failures : 0;
  }

  failed(group: string, messageId: string): number {
    const failures = this.failures(group, messageId) + 1;
    this.#groups.delete(group);
    this.#groups.set(group, { messageId, failures });
    const [oldest] = this.#groups.keys();
    if (this.#groups.size > MAX_GROUPS && oldest !== undefined) this.#groups.delete(oldest);
    return failures;
  }

  settled(group: string): void {
    this.#groups.delete(group);
  }
}
