import type { Refusal } from './protocol/entry.ts';
import type { ParkedEvent } from './protocol/parked.ts';

/** Facts that belong to an error: ids, limits, addresses. Never the content of an event. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

export interface EventTopicErrorOptions {
  /** Shown as `[key=value …]` behind the fact. Default: none. */
  readonly details?: ErrorDetails;
  /** What the reader should do next: a sentence. Default: none. */
  readonly action?: string;
  /** The error that caused this one. Default: none. */
  readonly cause?: unknown;
}

/** Every code that an error of this package can carry. Codes are API: they are added, never changed. */
export type EventTopicErrorCode =
  | 'INVALID_TOPIC'
  | 'INVALID_CLIENT'
  | 'INVALID_ARGUMENT'
  | 'INVALID_MESSAGES'
  | 'PUBLISH_NOT_ACCEPTED'
  | 'STREAM_INTERRUPTED'
  | 'INVALID_CLAIM_CHECK'
  | 'CLAIM_CHECK_FAILED'
  | 'BACKLOG_FULL'
  | 'PARTITIONS_CHANGED'
  | 'PUBLISH_PARKED'
  | 'PUBLISH_NOT_CONFIRMED'
  | 'PUBLISHER_NOT_FOUND'
  | 'PUBLISHER_NOT_READY'
  | 'OPERATION_REFUSED'
  | 'INVALID_EVENT_LOG'
  | 'INVALID_CHECKPOINT'
  | 'INVALID_RELAY'
  | 'RELAY_REFUSED'
  | 'RELAY_NOT_FOUND'
  | 'REPUBLISH_REFUSED'
  | 'REPUBLISH_NOT_FOUND'
  | 'INVALID_COLLECTOR'
  | 'COLLECTOR_TOOL_FAILED'
  | 'INVALID_PUBLISHER'
  | 'INVALID_WORKER'
  | 'INVALID_ENVIRONMENT'
  | 'TEMPORAL_UNREACHABLE'
  | 'TEMPORAL_REFUSED'
  | 'TEMPORAL_SERVER_UNAVAILABLE'
  | 'INVALID_SPEC'
  | 'CONFIRMATION_NEEDED';

/**
 * Base of all errors that this package throws. The message reads: fact, `[key=value …]`, next action.
 * Recognise one by its `code` with {@link isEventTopicError}; `instanceof` fails across duplicate installations.
 */
export class EventTopicError extends Error {
  readonly code: EventTopicErrorCode;
  readonly details: ErrorDetails;
  /** What the reader should do next: the end of the message, by itself. */
  readonly action: string | undefined;

  constructor(code: EventTopicErrorCode, fact: string, options: EventTopicErrorOptions = {}) {
    const { details = {}, action, cause } = options;
    super([fact + formatDetails(details), action].filter(Boolean).join('. '), { cause });
    this.name = new.target.name;
    this.code = code;
    this.details = details;
    this.action = action;
  }
}

/** Errors that say more than their code and details. */
interface ErrorsByCode {
  readonly INVALID_MESSAGES: InvalidMessagesError;
  readonly PUBLISH_NOT_ACCEPTED: PublishError;
  readonly STREAM_INTERRUPTED: PublishStreamError;
  readonly PUBLISH_PARKED: NotPublishedError;
  readonly PUBLISH_NOT_CONFIRMED: NotPublishedError;
}

/** The class of errors with that code. */
export type EventTopicErrorOf<Code extends EventTopicErrorCode> = Code extends keyof ErrorsByCode
  ? ErrorsByCode[Code]
  : EventTopicError;

/** True for an error of this package, and, when `code` is given, only for that kind. */
export function isEventTopicError(error: unknown): error is EventTopicError;
export function isEventTopicError<Code extends EventTopicErrorCode>(
  error: unknown,
  code: Code,
): error is EventTopicErrorOf<Code>;
export function isEventTopicError(error: unknown, code?: EventTopicErrorCode): boolean {
  // gRPC errors have both too, as a number and a text.
  if (!(error instanceof Error) || !('code' in error) || !('details' in error)) return false;
  if (typeof error.code !== 'string' || typeof error.details !== 'object') return false;
  return code === undefined || error.code === code;
}

/** One fault of one message handed to `publish`. */
export interface MessageFault {
  /** Index of the message in the array that was handed over. */
  readonly index: number;
  /** The message's msgId, as far as it is readable. */
  readonly msgId: string | undefined;
  /** Where in the message: `meta.time`, `event.address`. */
  readonly path: string;
  readonly reason: string;
}

/** Refused at `publish`: nothing of the call was sent. Carries every fault of every message. */
export class InvalidMessagesError extends EventTopicError {
  readonly faults: readonly MessageFault[];

  /** @internal */
  constructor(topic: string, faults: readonly MessageFault[]) {
    super('INVALID_MESSAGES', `Messages refused, none was sent: ${listFaults(faults)}`, {
      details: { topic, faults: faults.length },
      action: 'Correct the messages and publish the whole call again',
    });
    this.faults = faults;
  }
}

/** A message named by its ids. */
export interface MessageRef {
  /** Aggregate id. */
  readonly id: string;
  readonly msgId: string;
}

/**
 * Some messages of the call are not known to be accepted. Those in `accepted` are durably held by Temporal. Publish the
 * call again: msgIds make it safe, also for messages whose acknowledgement alone was lost.
 */
export class PublishError extends EventTopicError {
  readonly accepted: readonly MessageRef[];
  readonly notAccepted: readonly MessageRef[];

  /** @internal */
  constructor(
    facts: { topic: string; address: string | undefined },
    messages: { accepted: readonly MessageRef[]; notAccepted: readonly MessageRef[] },
    cause: unknown,
  ) {
    const aggregates = new Set(messages.notAccepted.map((message) => message.id)).size;
    super('PUBLISH_NOT_ACCEPTED', `Temporal did not accept all messages: ${reasonOf(cause)}`, {
      details: {
        topic: facts.topic,
        address: facts.address,
        accepted: messages.accepted.length,
        notAccepted: messages.notAccepted.length,
        aggregatesNotAccepted: aggregates,
      },
      // Our own refusals say themselves what to do.
      action: isEventTopicError(cause)
        ? undefined
        : 'Publish the same messages again when Temporal answers; their msgIds keep that safe',
      cause,
    });
    this.accepted = messages.accepted;
    this.notAccepted = messages.notAccepted;
  }
}

/**
 * A stream ended before all of its messages were accepted; `cause` says why. Publish the source again from the message
 * at index `accepted`: some behind it may be accepted already, and msgIds make it safe to publish those again.
 */
export class PublishStreamError extends EventTopicError {
  /** The source's first messages, this many, are all accepted: so it is also the index of the first that is not. */
  readonly accepted: number;

  /** @internal */
  constructor(facts: { topic: string; accepted: number; next: MessageRef | undefined }, cause: unknown) {
    const { topic, accepted, next } = facts;
    const correct = cause instanceof InvalidMessagesError ? 'Correct it, then publish' : 'Publish';
    super('STREAM_INTERRUPTED', `The stream ended at message #${accepted}: ${reasonOf(cause)}`, {
      details: { topic, accepted, id: next?.id, msgId: next?.msgId },
      action: `${correct} the source again from message #${accepted}; msgIds keep that safe`,
      cause,
    });
    this.accepted = accepted;
  }
}

/** A message that is accepted and will not be published unless an operator helps. */
export interface ParkedMessage extends MessageRef {
  /** What its aggregate is parked at: this message, or one before it. Absent when an operator has dropped the message. */
  readonly parked?: ParkedEvent;
}

/**
 * Every message is accepted, but not every one is known to be published. `PUBLISH_PARKED`: SNS refuses one, and its
 * aggregate is parked there. `PUBLISH_NOT_CONFIRMED`: the time is over, or the caller gave up; they are published later.
 */
export class NotPublishedError extends EventTopicError {
  /** Messages that are published. */
  readonly receipts: readonly Receipt[];
  readonly parked: readonly ParkedMessage[];
  /** Messages that wait. */
  readonly waiting: readonly MessageRef[];

  /** @internal */
  constructor(
    facts: { topic: string; waitedMs: number },
    messages: Pick<NotPublishedError, 'receipts' | 'parked' | 'waiting'>,
    cause?: unknown,
  ) {
    const [first] = messages.parked;
    super(first ? 'PUBLISH_PARKED' : 'PUBLISH_NOT_CONFIRMED', describeNotPublished(first, cause), {
      details: {
        topic: facts.topic,
        id: first?.id,
        msgId: first?.msgId,
        waitedMs: facts.waitedMs,
        published: messages.receipts.length,
        parked: messages.parked.length,
        waiting: messages.waiting.length,
      },
      action: first
        ? 'The messages are held: cure the cause and retry(id), or replace or skip the parked one'
        : 'The messages are held and will be published; look at status(id), or publish them again to wait again',
      cause,
    });
    this.receipts = messages.receipts;
    this.parked = messages.parked;
    this.waiting = messages.waiting;
  }
}

/** What SNS acknowledged, for one message of a call. */
export interface Receipt extends MessageRef {
  /** Absent when the publisher does not remember it any more, and for a dead letter. */
  readonly snsMessageId?: string;
  /** FIFO topics: larger for later messages of the same aggregate. */
  readonly sequenceNumber?: string;
  /** SNS refused the message, for this reason, and it stands in the dead letter queue. */
  readonly deadLetter?: Refusal;
}

function describeNotPublished(first: ParkedMessage | undefined, cause: unknown): string {
  if (first?.parked) {
    const { msgId, code, reason } = first.parked;
    return `The aggregate is parked at message ${msgId}: ${code} ${reason}`;
  }
  if (first) return 'An operator has dropped the message';
  const why = cause === undefined ? 'in time' : `before the wait ended: ${reasonOf(cause)}`;
  return `Not every message was published ${why}`;
}

function reasonOf(cause: unknown): string {
  if (cause instanceof InvalidMessagesError) return listFaults(cause.faults);
  return cause instanceof Error ? rootMessage(cause) : String(cause);
}

/** The innermost message: Temporal's client wraps gRPC errors in ones that say less. */
export function rootMessage(error: Error): string {
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message;
}

const MAX_FAULTS_IN_TEXT = 10;

function listFaults(faults: readonly MessageFault[]): string {
  const lines = faults
    .slice(0, MAX_FAULTS_IN_TEXT)
    .map(
      ({ index, msgId, path, reason }) => `#${index}${msgId ? ` (msgId ${msgId})` : ''} ${path}: ${reason}`,
    );
  const more = faults.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

function formatDetails(details: ErrorDetails): string {
  const facts = Object.entries(details).filter(([, value]) => value !== undefined);
  return facts.length === 0 ? '' : ` [${facts.map(([key, value]) => `${key}=${value}`).join(' ')}]`;
}
