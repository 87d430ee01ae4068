import { uuidv7 } from 'uuidv7';
import { checkText, describe, invalidArgument, isRecord } from './arguments.ts';
import type { EventMessage, MessageMeta } from './message.ts';
import { activeTraceparent } from './telemetry/tracing.ts';

/** What a service says of a new message; the rest is made. */
export interface NewMeta {
  /** Service that creates the message. */
  readonly service: string;
  /** User who initiated it. Default: empty; for a caused message, the cause's user. */
  readonly user?: string;
  /** IP address of the service. Default: empty. */
  readonly ip?: string;
  readonly [key: string]: unknown;
}

/**
 * Meta of a message that no other message caused: new UUIDv7 msgId, current time, correlated with itself. In a span of OpenTelemetry's it has that span's
 * `traceparent`, so that whoever publishes the stored event later goes on with the trace.
 */
export function createMeta(fields: NewMeta): MessageMeta {
  if (!isRecord(fields))
    throw invalidArgument('createMeta({ service, … })', [
      `its argument is an object, not ${describe(fields)}`,
    ]);
  return newMeta({ ...fields, traceparent: fields['traceparent'] ?? activeTraceparent() });
}

function newMeta(fields: NewMeta): MessageMeta {
  checkText('createMeta({ service, … })', 'service', fields.service);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const { msgId = uuidv7() } = given as { msgId?: string };
  const time = new Date().toISOString();
  return { service: fields.service, user: '', ip: '', time, msgId, correlationId: msgId, ...given };
}

/** Meta of a message caused by `cause`: correlated with the cause, whose user and trace it carries on. */
export function createMetaCausedBy(cause: Pick<EventMessage, 'meta'>, fields: NewMeta): MessageMeta {
  const isCause = isRecord(cause) && isRecord(cause.meta);
  if (!isCause || !isRecord(fields))
    throw invalidArgument('createMetaCausedBy(cause, { service, … })', [
      isCause
        ? `its second argument is an object, not ${describe(fields)}`
        : `the cause is a message with its meta, not ${describe(cause)}`,
    ]);
  const { msgId, user, traceparent } = cause.meta;
  const inherited = {
    correlationId: fields['correlationId'] ?? msgId,
    user: fields.user ?? user,
    traceparent: fields['traceparent'] ?? traceparent,
  };
  // Not the trace of the span that this runs in: handled again, the same event must give the same message.
  return newMeta({ ...fields, ...inherited });
}
