import { configurationFailure } from '../../activities/publish-failure.ts';
import { validateMessages } from '../../client/publish/validate-messages.ts';
import { isRecord } from '../../common/arguments.ts';
import type { MessageFault } from '../../common/errors.ts';
import type { StoredEvent } from '../../common/event-log.ts';
import type { EventMessage, MessageMeta } from '../../common/message.ts';
import type { Upload } from '../../common/offload.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { Ordering } from '../../common/protocol/publish.ts';
import type { RelayTarget } from '../../common/protocol/relay.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import type { RelaySource } from './relay-source.ts';

/** Stored events as they travel, in order, and the bodies that have to be uploaded before. */
export interface StoredEntries {
  readonly entries: readonly PublishEntry[];
  readonly uploads: readonly Upload[];
}

/** The topic as a relay publishes it. */
export function definitionOf(
  topic: string,
  { ordering, partitions }: RelayTarget,
  { definition }: RelaySource,
): EventTopicDefinition {
  return { name: topic, ordering, partitions, event: definition.event, eventType: definition.eventType };
}

/**
 * Checks stored events as `publish` checks messages. What it would refuse is stored already, and there is nobody to tell: its aggregate
 * has to stop there, and the others have not. So it travels too, with the reason.
 */
export function toEntries(
  definition: EventTopicDefinition,
  events: readonly StoredEvent[],
  { limits }: Pick<RelaySource, 'limits'>,
): StoredEntries {
  const checked = events.map((event) => toEntry(definition, event, limits));
  return {
    entries: checked.flatMap(({ entries }) => entries),
    uploads: checked.flatMap(({ uploads }) => uploads),
  };
}

function toEntry(
  definition: EventTopicDefinition,
  { message, checkpoint }: StoredEvent,
  limits: RelaySource['limits'],
): StoredEntries {
  const valid = validateMessages(definition, [message], limits);
  if (valid.ok) return valid;
  const known = readIds(message, definition.ordering);
  if (known === undefined) throw unnamed(definition.name, checkpoint, valid.faults);
  const refused = {
    code: 'InvalidMessage',
    reason: valid.faults.map(toText).join('; ').slice(0, MAX_REASON),
  };
  return { entries: [{ message: known, refused }], uploads: [] };
}

const MAX_REASON = 1_000;

function toText({ path, reason }: MessageFault): string {
  return `${path}: ${reason}`;
}

/** What a publisher needs to park it; its content only when it is not too large to travel. Undefined: nobody knows whose event it is. */
function readIds({ id, meta, event, position }: EventMessage, ordering: Ordering): EventMessage | undefined {
  const msgId: unknown = isRecord(meta) ? meta['msgId'] : undefined;
  const isNamed = typeof id === 'string' && id !== '' && typeof msgId === 'string' && msgId !== '';
  const hasPosition = Number.isInteger(position) && Number(position) >= 1;
  if (!isNamed || (ordering === 'position' && !hasPosition)) return undefined;
  const texts = Object.entries(meta).filter(([, value]) => typeof value === 'string');
  const json = JSON.stringify(event) ?? 'null';
  return {
    id,
    meta: Object.fromEntries(texts) as unknown as MessageMeta,
    event: json.length <= MAX_REFUSED_CHARS ? JSON.parse(json) : null,
    ...(hasPosition ? { position: Number(position) } : {}),
  };
}

const MAX_REFUSED_CHARS = 256 * 1024;

function unnamed(topic: string, checkpoint: string, faults: readonly MessageFault[]): Error {
  return configurationFailure(
    `The EventLog gave a message that belongs to no aggregate: ${faults.map(toText).join('; ')} [topic=${topic} checkpoint=${checkpoint}]. Correct what makes messages of stored events; nothing behind it is published until then`,
  );
}
