// What travels: a message with what its topic says of it.
// Plain JSON that stands in histories: fields may be added as optional ones, never renamed or given another meaning.
import type { EventMessage } from '../message.ts';

/** A message on its way, with what only the application's spec knows about it. */
export interface PublishEntry {
  readonly message: EventMessage;
  /** Value of the SNS attribute `eventType`; absent when the event has none. */
  readonly eventType?: string;
  /** Where the body is, when it is too large for SNS; `message.event` is null then. */
  readonly claimCheck?: ClaimCheck;
  /** The topic does not take the message, for this reason: it was read from the EventLog, where it is stored already. Its aggregate parks at it. */
  readonly refused?: Refusal;
  /** The event is sent again on purpose. */
  readonly republished?: Republished;
  /** Of the call that published it: W3C `traceparent`. The SNS attribute, when the message has none of its own. */
  readonly traceparent?: string;
  /** When it was handed to Temporal: milliseconds since 1970, by the caller's clock. Measured against, nothing else. */
  readonly handedOverAt?: number;
}

/** What tells a republished message from the one that was published first. */
export interface Republished {
  /** Of the republish: SNS drops a repeat of the same one only. */
  readonly republishId: string;
  /** Whom it is for: value of the SNS attribute `republished`. */
  readonly audience: string;
}

/** A body that is held by S3 instead of travelling: docs/spec/wire-format.md, "Claim check". */
export interface ClaimCheck {
  readonly bucket: string;
  readonly key: string;
  /** Size of the body. */
  readonly bytes: number;
}

/** Why a message was refused. */
export interface Refusal {
  readonly code: string;
  readonly reason: string;
}
