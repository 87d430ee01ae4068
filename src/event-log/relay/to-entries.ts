import { configurationFailure } from '../../activities/publish-failure.ts';
import { type StoredEntries, toStoredEntries, toText } from '../../client/publish/stored-entries.ts';
import type { StoredEvent } from '../../common/event-log.ts';
import type { RelayTarget } from '../../common/protocol/relay.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import type { RelaySource } from './relay-source.ts';

/** The topic as a relay publishes it. */
export function definitionOf(
  topic: string,
  { ordering, partitions }: RelayTarget,
  { definition }: RelaySource,
): EventTopicDefinition {
  return { name: topic, ordering, partitions, event: definition.event, eventType: definition.eventType };
}

/**
 * Stored events as they travel, up to one that belongs to no aggregate: `count` of them. Throws what stops the relay when that is the first: passed over, it
 * would be lost.
 */
export function toEntries(
  definition: EventTopicDefinition,
  events: readonly Pick<StoredEvent, 'message' | 'checkpoint'>[],
  { limits }: Pick<RelaySource, 'limits'>,
): StoredEntries & { readonly count: number } {
  const messages = events.map(({ message }) => message);
  const stored = toStoredEntries(definition, messages, limits);
  const [first] = stored.unnamed;
  if (first === undefined) return { ...stored, count: events.length };
  if (first.index > 0) return toEntries(definition, events.slice(0, first.index), { limits });
  const faults = stored.unnamed.filter(({ index }) => index === first.index).map(toText);
  throw configurationFailure(
    `The EventLog gave a message that belongs to no aggregate: ${faults.join('; ')} [topic=${definition.name} checkpoint=${events[first.index]?.checkpoint}]. Correct what makes messages of stored events; nothing behind it is published until then`,
  );
}
