/** Everything about a message that is not the domain event. Unknown keys are kept and travel along. */
export interface MessageMeta {
  /** Service that created the message. */
  readonly service: string;
  /** When the message was created: ISO 8601, UTC, as `2026-01-31T12:00:00.000Z`. */
  readonly time: string;
  /** IP address of the service that created the message; may be empty. */
  readonly ip: string;
  /** User who initiated the message; may be empty. */
  readonly user: string;
  /** Unique id of the message: the idempotency key everywhere. */
  readonly msgId: string;
  /** Id of the message that caused this one; its own msgId when nothing did. */
  readonly correlationId: string;
  /** Id of the direct cause, where a service keeps it apart from `correlationId`. */
  readonly causationId?: string;
  /** W3C trace context of the work that created the message. */
  readonly traceparent?: string;
  /** Version of the event's schema. */
  readonly schemaVersion?: string;
  readonly [key: string]: unknown;
}

/** The envelope in which a domain event travels: `event'` of the EventLog. */
export interface EventMessage<Event = unknown> {
  /** Aggregate id: events with the same id stay in order. */
  readonly id: string;
  readonly meta: MessageMeta;
  /** The domain event, as stored: any JSON value. */
  readonly event: Event;
  /** Place in the aggregate's stream: 1, 2, 3 … (the EventLog's version). */
  readonly position?: number;
}
