// The SNS message. Frozen: docs/spec/wire-format.md, with vectors that the tests read.
import { describe, invalidArgument, isRecord } from './arguments.ts';
import { PAYLOAD_SIZE_ATTRIBUTE, pointerBody } from './claim-check.ts';
import type { PublishEntry } from './protocol/entry.ts';

/** One SNS message attribute. */
export interface WireAttribute {
  readonly dataType: 'String' | 'Number';
  readonly value: string;
}

/** An event as SNS gets it. */
export interface WireMessage {
  /** The JSON of `{ id, meta, event, position? }`, keys in that order; or a pointer to that JSON in S3. */
  readonly body: string;
  readonly attributes: Readonly<Record<string, WireAttribute>>;
}

// Valid in JSON, but SQS refuses them: they are no characters of XML 1.0. As escapes they mean the same.
const NONCHARACTERS = /[\uFFFE\uFFFF]/g;
const toEscape = (char: string): string => `\\u${char.charCodeAt(0).toString(16)}`;

/** Renders the SNS message of an event. At most 9 attributes: raw delivery to SQS drops messages with more than 10. */
export function toWireMessage(topic: string, entry: PublishEntry): WireMessage {
  if (!isRecord(entry?.message) || !isRecord(entry.message.meta))
    throw invalidArgument('toWireMessage(topic, entry)', [
      `the entry is { message, eventType? }, not ${describe(entry)}`,
    ]);
  const { message, eventType, claimCheck, republished, traceparent } = entry;
  const { id, meta, event, position } = message;
  const json = claimCheck ? pointerBody(claimCheck) : JSON.stringify({ id, meta, event, position });
  const attributes: Record<string, WireAttribute> = {};
  // SNS refuses attributes with an empty value.
  const add = (
    name: string,
    value: string | undefined,
    dataType: WireAttribute['dataType'] = 'String',
  ): void => {
    if (value) attributes[name] = { dataType, value };
  };
  add('aggregate', topic);
  add('eventType', eventType);
  add('service', meta.service);
  add('correlationId', meta.correlationId);
  add('traceparent', meta.traceparent || traceparent);
  add('position', position?.toString(), 'Number');
  add('schemaVersion', meta.schemaVersion);
  add('republished', republished?.audience);
  add(PAYLOAD_SIZE_ATTRIBUTE, claimCheck?.bytes.toString(), 'Number');
  return { body: json.replace(NONCHARACTERS, toEscape), attributes };
}

/** Bytes as SNS counts them: body, and name, type and value of every attribute. */
export function wireSize(message: WireMessage): number {
  if (typeof message?.body !== 'string' || !isRecord(message.attributes))
    throw invalidArgument('wireSize(message)', [
      `the message is what toWireMessage gives, not ${describe(message)}`,
    ]);
  const { body, attributes } = message;
  return Object.entries(attributes).reduce(
    (sum, [name, { dataType, value }]) => sum + bytes(name) + bytes(dataType) + bytes(value),
    bytes(body),
  );
}

function bytes(value: string): number {
  return Buffer.byteLength(value, 'utf8');
}
