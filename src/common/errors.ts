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
  | 'INVALID_MESSAGES'
  | 'PUBLISH_NOT_ACCEPTED'
  | 'BACKLOG_FULL'
  | 'PUBLISHER_NOT_FOUND'
  | 'PUBLISHER_NOT_READY'
  | 'OPERATION_REFUSED'
  | 'INVALID_PUBLISHER'
  | 'INVALID_WORKER'
  | 'INVALID_ENVIRONMENT'
  | 'TEMPORAL_UNREACHABLE'
  | 'TEMPORAL_SERVER_UNAVAILABLE';

/**
 * Base of all errors that this package throws. The message reads: fact, `[key=value …]`, next action.
 * Recognise one by its `code` with {@link isEventTopicError}; `instanceof` fails across duplicate installations.
 */
export class EventTopicError extends Error {
  readonly code: EventTopicErrorCode;
  readonly details: ErrorDetails;

  constructor(code: EventTopicErrorCode, fact: string, options: EventTopicErrorOptions = {}) {
    const { details = {}, action, cause } = options;
    super([fact + formatDetails(details), action].filter(Boolean).join('. '), { cause });
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** True for an error of this package, and, when `code` is given, only for that kind. */
export function isEventTopicError(error: unknown, code?: EventTopicErrorCode): error is EventTopicError {
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

  constructor(
    facts: { topic: string; address: string | undefined },
    messages: { accepted: readonly MessageRef[]; notAccepted: readonly MessageRef[] },
    cause: unknown,
  ) {
    const aggregates = new Set(messages.notAccepted.map((message) => message.id)).size;
    const reason = cause instanceof Error ? rootMessage(cause) : String(cause);
    super('PUBLISH_NOT_ACCEPTED', `Temporal did not accept all messages: ${reason}`, {
      details: {
        topic: facts.topic,
        address: facts.address,
        accepted: messages.accepted.length,
        notAccepted: messages.notAccepted.length,
        aggregatesNotAccepted: aggregates,
      },
      action: 'Publish the same messages again when Temporal answers; their msgIds keep that safe',
      cause,
    });
    this.accepted = messages.accepted;
    this.notAccepted = messages.notAccepted;
  }
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
