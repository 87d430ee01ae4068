import type { PublishFailure, PublishReceipt } from '../common/protocol/activities.ts';
import type { PublishEntry } from '../common/protocol/entry.ts';

/** What became of one event: acknowledged, or not published and why. */
export type PublishResult =
  | { readonly ok: true; readonly receipt: PublishReceipt }
  | { readonly ok: false; readonly failure: PublishFailure };

/**
 * The port to a messaging system. Implementations here: `SnsFifoPublisher`, `SnsPublisher`, `InMemoryPublisher`.
 *
 * The caller promises: at most one call at a time carries events of a given aggregate, and a call carries at most one
 * event of an aggregate. With `sameAggregateBatching`, by the publisher or by the user, it may carry several, in order and
 * next to each other, and an implementation should keep that order inside the call. What comes after a failed one is
 * sent again, whatever became of it.
 *
 * The implementation promises: `ok` only when the system has acknowledged the event; repeating an event that it already
 * has is `ok`; after `signal` aborts, it gives up the request soon and says `retry`. It does not promise that an event
 * with `ok: false` was not published: a lost answer looks like no answer.
 *
 * `retry` with the code `Throttled`, or another of SNS's for it, says that it was too much at a time: fewer calls are made at the same
 * time, and while others go through the event is sent again soon. Other failures wait for Temporal, longer and longer.
 *
 * What it throws is tried again like `retry`, but for an `ApplicationFailure.nonRetryable`: that refuses the event.
 */
export interface EventPublisher {
  /** Most entries that one call takes; at least 1. */
  readonly maxBatchEntries: number;
  /** Most bytes that one call takes, counted as SNS does: body and attributes of all entries. Default: no limit. */
  readonly maxBatchBytes?: number;
  /**
   * Whether events of one aggregate may share a call where the user says nothing: for systems that do not keep their order
   * anyway. Default: false.
   */
  readonly sameAggregateBatching?: boolean;
  /** One result per entry, in the order of the entries. Never rejects for a reason that the system gave. */
  publish(
    topic: string,
    entries: readonly PublishEntry[],
    signal: AbortSignal,
  ): Promise<readonly PublishResult[]>;
  /** Where it publishes to, for messages and logs: an ARN. */
  describe(): string;
}
