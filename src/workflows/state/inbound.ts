// What reaches a publisher from outside: signals, updates and queries can be sent by hand, and a handler that throws would fail the
// publisher's workflow task until somebody resets it. So everything is looked at before it is used.
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { OperationName } from '../../common/protocol/operate.ts';
import type { LoadedPage } from '../../common/protocol/pages.ts';
import type { PublisherInput, PublishRequest } from '../../common/protocol/publish.ts';

/** What a publisher serves: it takes no other aggregate's events. */
type Serves = Pick<PublisherInput, 'id' | 'ordering'>;

/** What is wrong with what a publisher is started with; undefined: nothing. It has accepted nothing then, and may fail. */
export function faultOfInput(input: unknown): string | undefined {
  const { topic, id, partition } = isObject(input) ? input : {};
  const isWhole = isText(topic) && isText(id) !== isObject(partition);
  return isWhole ? undefined : 'A publisher is started with { topic, id } or { topic, partition }';
}

export interface ReadPublishRequest {
  /** Those that can be published, in order. */
  readonly entries: readonly PublishEntry[];
  readonly awaited: PublishRequest['awaited'];
  /** What is wrong with each of the others, or with the signal as a whole: where, and never the content. */
  readonly faults: readonly string[];
}

export function readPublishRequest(signal: unknown, serves: Serves): ReadPublishRequest {
  const { entries, awaited } = isObject(signal) ? signal : {};
  if (!Array.isArray(entries)) {
    return { entries: [], awaited: undefined, faults: ['a publish signal without an array `entries`'] };
  }
  const verdicts = entries.map((entry: unknown) => faultOfEntry(entry, serves));
  const faults = verdicts.flatMap((fault, index) => (fault ? [`entries[${index}]${fault}`] : []));
  const isAwaited = awaited === undefined || isAwaitedPart(awaited);
  return {
    entries: entries.filter((_, index) => verdicts[index] === undefined),
    awaited: isAwaited ? (awaited as PublishRequest['awaited']) : undefined,
    faults: isAwaited ? faults : [...faults, 'awaited is not { waiter, msgIds }'],
  };
}

/**
 * The signal by which a page gives its events back; as a whole or not at all, for the page itself sends all of them. When it is set aside,
 * the page's own signal is still to come.
 */
export function readLoadedPage(
  signal: unknown,
  serves: Serves,
): { readonly page: LoadedPage | undefined; readonly faults: readonly string[] } {
  const { page, entries } = isObject(signal) ? signal : {};
  const isPage = isText(page) && Array.isArray(entries);
  if (isPage && entries.every((entry: unknown) => faultOfEntry(entry, serves) === undefined))
    return { page: { page, entries }, faults: [] };
  return { page: undefined, faults: ['a page signal that is not { page, entries }'] };
}

/** What is wrong with an operator's request; undefined: nothing. */
export function faultOfOperation(operation: OperationName, request: unknown): string | undefined {
  if (!isObject(request)) return 'The request is not { id, actor, reason }';
  const { id, actor, reason, msgId, operationId, replacement } = request;
  const isWhole = typeof actor === 'string' && typeof reason === 'string';
  if (!isWhole || ![id, msgId, operationId].every(isOptionalText))
    return 'The request is not { id, actor, reason, msgId?, operationId? } of texts';
  if (operation !== 'replace' || replacement === undefined) return undefined;
  // Whether it takes the parked event's place, the operation itself says.
  const fault = faultOfEntry(replacement, {});
  return fault === undefined ? undefined : `The request's replacement${fault}`;
}

/** What is wrong with a request for receipts; undefined: nothing. */
export function faultOfAwait(request: unknown): string | undefined {
  const { waiter, messages } = isObject(request) ? request : {};
  const isRef = (ref: unknown): boolean => isObject(ref) && isText(ref['id']) && isText(ref['msgId']);
  const isWhole = isText(waiter) && Array.isArray(messages) && messages.every(isRef);
  return isWhole ? undefined : 'The request is not { waiter, messages: { id, msgId }[] }';
}

/** Where an entry is not what publisher and activity rely on, and what is expected there; undefined: it is. */
function faultOfEntry(entry: unknown, serves: Serves): string | undefined {
  if (!isObject(entry)) return ' is not an object';
  const { message, eventType, claimCheck, traceparent, handedOverAt } = entry;
  if (!isOptionalText(eventType)) return '.eventType is not a text';
  if (!isOptionalText(traceparent)) return '.traceparent is not a text';
  if (handedOverAt !== undefined && typeof handedOverAt !== 'number') return '.handedOverAt is not a number';
  if (claimCheck !== undefined && !isClaimCheck(claimCheck))
    return '.claimCheck is not { bucket, key, bytes }';
  return faultOfMessage(message, serves);
}

function faultOfMessage(message: unknown, { id, ordering }: Serves): string | undefined {
  if (!isObject(message)) return '.message is not an object';
  const { meta, position } = message;
  if (!isText(message['id'])) return '.message.id is not a text';
  if (id !== undefined && message['id'] !== id) return '.message.id is that of another aggregate';
  if (!isObject(meta) || !isText(meta['msgId'])) return '.message.meta.msgId is not a text';
  const wrong = ATTRIBUTES_OF_META.find((name) => !isOptionalText(meta[name]));
  if (wrong !== undefined) return `.message.meta.${wrong} is not a text`;
  if (!('event' in message)) return '.message.event is missing';
  const isPosition = Number.isInteger(position) && Number(position) >= 1;
  const isNeeded = position !== undefined || ordering === 'position';
  return isNeeded && !isPosition ? '.message.position is not a whole number from 1' : undefined;
}

/** Those that become attributes of the SNS message. */
const ATTRIBUTES_OF_META = ['service', 'correlationId', 'traceparent', 'schemaVersion'] as const;

function isClaimCheck(value: unknown): boolean {
  if (!isObject(value)) return false;
  return isText(value['bucket']) && isText(value['key']) && Number.isInteger(value['bytes']);
}

function isAwaitedPart(awaited: unknown): boolean {
  return (
    isObject(awaited) &&
    isText(awaited['waiter']) &&
    Array.isArray(awaited['msgIds']) &&
    awaited['msgIds'].every(isText)
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
