import type { ZodSafeParseResult } from 'zod/v4';
import * as z from 'zod/v4';
import { type $ZodIssue, safeParse } from 'zod/v4/core';
import { type PayloadPointer, type PayloadSource, readPointer } from '../../common/claim-check.ts';
import { EventTopicError, isEventTopicError } from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';
import { eventMessageSchema } from '../../common/message-schema.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { own } from '../own.ts';
import type { MessageRefusal, RefusalCode } from '../refusal.ts';
import { knownEventTypes } from './known-event-types.ts';
import type { QueuedMessage } from './queued-message.ts';
import { topicNameIn, unwrap } from './sns-envelope.ts';
import { toNewest, type Upcasters } from './upcast.ts';

/** What a collector understands. */
export interface DecodeSpec {
  readonly topics: readonly EventTopicDefinition[];
  /** By topic. */
  readonly upcasters: Readonly<Record<string, Upcasters<unknown>>>;
  readonly claimCheck: PayloadSource | undefined;
  /** Buckets from which bodies are fetched: whoever may write to the queue names one. */
  readonly buckets: readonly string[];
}

/** An event as it was published, whether this process understands it or not. */
export interface Envelope {
  readonly topic: EventTopicDefinition;
  /** What is kept, when the event must wait: a later release may upcast further. */
  readonly original: EventMessage;
}

/** An event as it came, and as the handler gets it. */
export interface DecodedEvent extends Envelope {
  readonly eventType: string | undefined;
  /** As the topic's newest version has it. */
  readonly message: EventMessage;
  /** Audience, when an old event was sent again on purpose. */
  readonly republished: string | undefined;
  /** W3C `traceparent` of what published it. */
  readonly traceparent: string | undefined;
}

export type Decoded =
  | { readonly ok: true; readonly event: DecodedEvent }
  /** `envelope`: as far as it could be read. */
  | { readonly ok: false; readonly refusal: MessageRefusal; readonly envelope?: Envelope };

// What a newer release adds to the envelope does not make it another one.
const envelopeSchema = z.object(eventMessageSchema.shape);

/** Reads a message off the queue. Throws when its body is in S3 and cannot be read now; all that trying again cannot cure is a refusal. */
export async function decodeMessage(
  spec: DecodeSpec,
  queued: QueuedMessage,
  signal: AbortSignal,
): Promise<Decoded> {
  const { body, attributes, topicArn } = unwrap(queued);
  const pointer = readPointer(body);
  const json = pointer ? await fetchBody(spec, pointer, signal) : body;
  if (typeof json !== 'string') return refused(json.code, json.reason);
  const parsed = parse(json);
  if (parsed === undefined) return refused('NOT_JSON', 'the body is not JSON');
  const name = attributes['aggregate'] ?? topicNameIn(topicArn) ?? onlyTopic(spec);
  const topic = spec.topics.find((candidate) => candidate.name === name);
  if (topic === undefined) return refused('UNKNOWN_TOPIC', unknownTopic(spec, name));
  return decodeEvent(spec, topic, { value: parsed.value, attributes });
}

/** A message of the EventLog, as if it had come off the queue. */
export function decodeStored(spec: DecodeSpec, topic: EventTopicDefinition, message: EventMessage): Decoded {
  return decodeEvent(spec, topic, { value: message, attributes: {} });
}

interface Parsed {
  readonly value: unknown;
  readonly attributes: Readonly<Record<string, string>>;
}

function decodeEvent(
  { upcasters }: DecodeSpec,
  topic: EventTopicDefinition,
  { value, attributes }: Parsed,
): Decoded {
  const result: ZodSafeParseResult<unknown> = envelopeSchema.safeParse(value);
  if (!result.success) return refused('NOT_A_MESSAGE', issuesOf(result.error.issues));
  const original = result.data as EventMessage;
  if (topic.ordering === 'position' && original.position === undefined)
    return refused('NOT_A_MESSAGE', 'position: the topic orders by it, and there is none');
  const envelope = { topic, original };
  const publishedType = attributes['eventType'] ?? typeOf(topic, original.event);
  const newest = upcastEvent(own(own(upcasters, topic.name), publishedType), original);
  if ('refusal' in newest) return { ok: false, refusal: newest.refusal, envelope };
  const eventType = newest.isUpcast ? typeOf(topic, newest.event) : publishedType;
  const checked = safeParse(topic.event, newest.event);
  if (!checked.success)
    return { ok: false, refusal: refusalOf(topic, eventType, checked.error.issues), envelope };
  const message = newest.isUpcast ? { ...original, event: newest.event } : original;
  const { republished, traceparent = original.meta.traceparent } = attributes;
  return { ok: true, event: { topic, eventType, message, original, republished, traceparent } };
}

type Upcast = { readonly event: unknown; readonly isUpcast: boolean } | { readonly refusal: MessageRefusal };

function upcastEvent(
  upcaster: Upcasters<unknown>[string] | undefined,
  { event, meta }: EventMessage,
): Upcast {
  if (upcaster === undefined) return { event, isUpcast: false };
  try {
    return { event: toNewest(upcaster, event, meta.schemaVersion), isUpcast: true };
  } catch (error) {
    const reason = `it cannot be upcast: ${error instanceof Error ? error.message : error}`;
    return { refusal: { code: 'INVALID_EVENT', reason } };
  }
}

/** Of an event that may not be one of the topic's: its own rule may fail. */
function typeOf(topic: EventTopicDefinition, event: unknown): string | undefined {
  try {
    return topic.eventType(event as never);
  } catch {
    return undefined;
  }
}

function refusalOf(
  topic: EventTopicDefinition,
  eventType: string | undefined,
  issues: readonly $ZodIssue[],
): MessageRefusal {
  const known = knownEventTypes(topic.event);
  if (eventType !== undefined && known !== undefined && !known.has(eventType)) {
    const reason = `the topic ${topic.name} has no event type ${eventType} here`;
    return { code: 'UNKNOWN_EVENT_TYPE', reason };
  }
  return { code: 'INVALID_EVENT', reason: issuesOf(issues, 'event') };
}

function issuesOf(issues: readonly $ZodIssue[], root = ''): string {
  return issues
    .slice(0, 5)
    .map(({ path, message }) => `${[...(root ? [root] : []), ...path].join('.') || 'body'}: ${message}`)
    .join('; ');
}

function refused(code: RefusalCode, reason: string): Decoded {
  return { ok: false, refusal: { code, reason } };
}

function onlyTopic({ topics }: DecodeSpec): string | undefined {
  return topics.length === 1 ? topics[0]?.name : undefined;
}

function unknownTopic({ topics }: DecodeSpec, name: string | undefined): string {
  const known = topics.map((topic) => topic.name).join(', ');
  if (name === undefined)
    return `it has no attribute \`aggregate\`, which says of which topic it is; topics here: ${known}`;
  return `nobody here handles the topic ${name}; topics here: ${known}`;
}

async function fetchBody(
  { claimCheck, buckets }: DecodeSpec,
  pointer: PayloadPointer,
  signal: AbortSignal,
): Promise<string | MessageRefusal> {
  const { bucket, key } = pointer;
  if (claimCheck === undefined) {
    throw new EventTopicError('CLAIM_CHECK_FAILED', 'The message is in S3, and nothing is given to read it', {
      details: { bucket, key },
      action: 'Give the collector a claimCheck, and s3:GetObject on the bucket',
    });
  }
  if (!buckets.includes(bucket))
    return {
      code: 'BUCKET_NOT_ALLOWED',
      reason: `its body is in ${bucket}, allowed are ${buckets.join(', ')}`,
    };
  try {
    return await claimCheck.get(pointer, signal);
  } catch (error) {
    if (isEventTopicError(error, 'CLAIM_CHECK_FAILED') && error.details['code'] === 'NoSuchKey')
      return { code: 'CLAIM_CHECK_MISSING', reason: error.message };
    throw error;
  }
}

function parse(json: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}
