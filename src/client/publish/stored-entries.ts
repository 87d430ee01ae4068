import type { Client } from '@temporalio/client';
import { isRecord } from '../../common/arguments.ts';
import type { MessageFault } from '../../common/errors.ts';
import type { MessageLimits } from '../../common/fit-message.ts';
import type { EventMessage, MessageMeta } from '../../common/message.ts';
import type { Upload } from '../../common/offload.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { Ordering } from '../../common/protocol/publish.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { encodedSizeFaults, hasCodecs } from './encoded-size.ts';
import { validateMessages } from './validate-messages.ts';

/** Stored events as they travel, in order, and the bodies that have to be uploaded before. */
export interface StoredEntries {
  readonly entries: readonly PublishEntry[];
  readonly uploads: readonly Upload[];
  /** Faults of those that belong to no aggregate: they cannot travel. */
  readonly unnamed: readonly MessageFault[];
}

/**
 * Checks stored events as `publish` checks messages. What it would refuse is stored already, and there is nobody to tell: its aggregate
 * has to stop there, and the others have not. So it travels too, with the reason.
 */
export function toStoredEntries(
  definition: EventTopicDefinition,
  messages: readonly EventMessage[],
  limits: MessageLimits,
): StoredEntries {
  const checked = messages.map((message, index) => toEntry(definition, { message, index }, limits));
  return {
    entries: checked.flatMap(({ entries }) => entries),
    uploads: checked.flatMap(({ uploads }) => uploads),
    unnamed: checked.flatMap(({ unnamed }) => unnamed),
  };
}

function toEntry(
  definition: EventTopicDefinition,
  { message, index }: { readonly message: EventMessage; readonly index: number },
  limits: MessageLimits,
): StoredEntries {
  const valid = validateMessages(definition, [message], limits);
  if (valid.ok) return { ...valid, unnamed: [] };
  const known = readIds(message, definition.ordering);
  if (known === undefined)
    return { entries: [], uploads: [], unnamed: valid.faults.map((fault) => ({ ...fault, index })) };
  return { entries: [refused({ message: known }, valid.faults)], uploads: [], unnamed: [] };
}

function refused(entry: PublishEntry, faults: readonly MessageFault[]): PublishEntry {
  const reason = faults.map(toText).join('; ').slice(0, MAX_REASON);
  return { ...entry, refused: { code: 'InvalidMessage', reason } };
}

const MAX_REASON = 1_000;

export function toText({ path, reason }: Pick<MessageFault, 'path' | 'reason'>): string {
  return `${path}: ${reason}`;
}

/** What a publisher needs to park it; its content only when it is not too large to travel. Undefined: nobody knows whose event it is. */
function readIds(message: EventMessage, ordering: Ordering): EventMessage | undefined {
  const { id, meta, event, position } = isRecord(message) ? message : ({} as Partial<EventMessage>);
  const msgId: unknown = isRecord(meta) ? meta['msgId'] : undefined;
  const isNamed = typeof id === 'string' && id !== '' && typeof msgId === 'string' && msgId !== '';
  const hasPosition = Number.isInteger(position) && Number(position) >= 1;
  if (!isNamed || (ordering === 'position' && !hasPosition)) return undefined;
  const texts = Object.entries(meta ?? {}).filter(([, value]) => typeof value === 'string');
  const json = JSON.stringify(event) ?? 'null';
  return {
    id,
    meta: Object.fromEntries(texts) as unknown as MessageMeta,
    event: json.length <= MAX_REFUSED_CHARS ? JSON.parse(json) : null,
    ...(hasPosition ? { position: Number(position) } : {}),
  };
}

const MAX_REFUSED_CHARS = 256 * 1024;

/** What a codec of the client's makes too large for Temporal is refused too, and travels without its event. */
export async function refuseTooLarge(
  client: Client,
  entries: readonly PublishEntry[],
): Promise<readonly PublishEntry[]> {
  if (!hasCodecs(client)) return entries;
  const faults = new Map((await encodedSizeFaults(client, entries)).map((fault) => [fault.index, fault]));
  return entries.map((entry, index) => {
    const fault = faults.get(index);
    return fault ? refused({ message: { ...entry.message, event: null } }, [fault]) : entry;
  });
}
