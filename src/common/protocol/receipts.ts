// What those say who wait for receipts, and what they are answered.
// Plain JSON that stands in histories: fields may be added as optional ones, never renamed or given another meaning.
import type { PublishReceipt } from './activities.ts';
import type { ParkedEvent } from './parked.ts';

/** Argument of the update that answers when messages are published. */
export interface AwaitRequest {
  /** Who waits: a client has one update at a time, and a new one ends the one before. */
  readonly waiter: string;
  readonly messages: readonly AwaitedMessage[];
}

export interface AwaitedMessage {
  readonly id: string;
  readonly msgId: string;
}

/** Answer of that update: at least one message, unless the run had to end. Ask again for the others. */
export interface AwaitResult {
  readonly settled: readonly Settled[];
}

/** What became of an awaited message. */
export type Settled = AwaitedMessage &
  (
    | { readonly outcome: 'published'; readonly receipt?: PublishReceipt }
    | { readonly outcome: 'parked'; readonly parked: ParkedEvent }
    | { readonly outcome: 'skipped' }
  );
