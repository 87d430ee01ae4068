import type { Client } from '@temporalio/client';
import { publisherOf } from '../../client/publish/publisher-ref.ts';
import { CLOCK_SKEW_MS } from '../../common/defaults.ts';
import type { StoredEvent } from '../../common/event-log.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { type PublisherRecord, readRecord } from './publisher-record.ts';

export interface Looking {
  readonly client: Client;
  readonly definition: EventTopicDefinition;
  readonly signal: AbortSignal;
}

/** Publishers that are looked at together. */
const AT_A_TIME = 16;

/** What became of a stored event. */
export type Fate = 'published' | 'skipped' | 'waiting' | 'missing';

/** Those of the events that no publisher has, in order. */
export async function missingOf(
  looking: Looking,
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[]> {
  const records = await recordsOf(looking, events);
  return events.filter((event) => fateOf(records.get(event), event) === 'missing');
}

export function fateOf(record: PublisherRecord | undefined, { message }: StoredEvent): Fate {
  if (record === undefined) return 'missing';
  const { msgId } = message.meta;
  if (record.published.has(msgId)) return 'published';
  if (record.skipped.has(msgId)) return 'skipped';
  return record.accepted.has(msgId) ? 'waiting' : 'missing';
}

/** What the publisher of each event says of it. */
export async function recordsOf(
  { client, definition, signal }: Looking,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<StoredEvent, PublisherRecord>> {
  const groups = [...groupByPublisher(definition, events)];
  const records = new Map<StoredEvent, PublisherRecord>();
  const lookOneByOne = async (): Promise<void> => {
    for (let next = groups.shift(); next !== undefined; next = groups.shift()) {
      signal.throwIfAborted();
      const [workflowId, group] = next;
      const msgIds = new Set(group.map(({ message }) => message.meta.msgId));
      const since = Math.min(...group.map(({ storedAt }) => Date.parse(storedAt))) - CLOCK_SKEW_MS;
      const record = await readRecord(client, { workflowId, msgIds, since, signal });
      for (const event of group) records.set(event, record);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lookOneByOne));
  signal.throwIfAborted();
  return records;
}

function groupByPublisher(
  definition: EventTopicDefinition,
  events: readonly StoredEvent[],
): ReadonlyMap<string, readonly StoredEvent[]> {
  const groups = new Map<string, StoredEvent[]>();
  for (const event of events) {
    // Whoever has no id has no publisher: what reads it next says so.
    if (!isNamed(event)) continue;
    const { workflowId } = publisherOf(definition, event.message.id, undefined);
    const group = groups.get(workflowId) ?? [];
    group.push(event);
    groups.set(workflowId, group);
  }
  return groups;
}

function isNamed({ message: { id, meta } }: StoredEvent): boolean {
  return typeof id === 'string' && id !== '' && typeof meta?.msgId === 'string';
}
