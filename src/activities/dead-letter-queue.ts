import type { PublishFailure } from '../common/protocol/activities.ts';
import type { PublishEntry, Refusal } from '../common/protocol/entry.ts';

/** An event that was refused, and why. */
export interface DeadLetter {
  readonly entry: PublishEntry;
  readonly refusal: Refusal;
}

/** The port to where refused events go. Implementation here: `SqsDeadLetterQueue`. */
export interface DeadLetterQueue {
  /**
   * Resolves with nothing once the queue has acknowledged the event, else with what cures the failure: of kind `event`
   * when the queue refuses this event too, which parks it. Never rejects for a reason that the system gave. After
   * `signal` aborts, it gives up the request soon and says `retry`.
   *
   * It is called again for the same event when a worker died before it could report.
   */
  send(topic: string, letter: DeadLetter, signal: AbortSignal): Promise<PublishFailure | undefined>;
  /** Where the events go, for messages and logs: a URL. */
  describe(): string;
}
