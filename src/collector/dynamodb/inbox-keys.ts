import { createHash } from 'node:crypto';
import type { InboxAggregate } from '../inbox.ts';

/** Where an item is. */
export interface ItemKey {
  readonly partition: string;
  readonly sort: string;
}

/*
 * A collector's items, `#` between fields:
 *
 * | item                  | partition           | sort                       |
 * | msgId                 | collector # shard   | topic # m # msgId          |
 * | watermark             | collector # shard   | topic # a # id #           |
 * | held event            | collector # shard   | topic # a # id # position  |
 * | aggregate that holds  | collector # holders | topic # id                 |
 *
 * Forgetting reads these partitions, by the beginning of their sort keys. One partition for a collector would take 1,000 write units a second, of which a handled event costs two: 500 events. Spread over 32 it
 * is 16,000, and forgetting pays for it with 33 queries. A partition for each aggregate would need an index to be found again, and each event would be written to it, too. Which aggregates hold is in one partition: they begin and end
 * to hold now and then, and an operator reads them all.
 */
const SHARDS = 32;
const HOLDERS = 'holders';

// As long as Number.MAX_SAFE_INTEGER: sorted as text they are sorted by number.
const POSITION_DIGITS = 16;

export function messageKey(collector: string, topic: string, msgId: string): ItemKey {
  return sharded(collector, `${field(topic)}#m#${field(msgId)}`);
}

/** Of the watermark; sort keys of its held events begin with it. */
export function aggregateKey({ collector, topic, id }: InboxAggregate): ItemKey {
  return sharded(collector, `${field(topic)}#a#${field(id)}#`);
}

export function heldKey(aggregate: InboxAggregate, position: number): ItemKey {
  const { partition, sort } = aggregateKey(aggregate);
  return { partition, sort: sort + String(position).padStart(POSITION_DIGITS, '0') };
}

/** Of the note that this aggregate has held events. */
export function holderKey({ collector, topic, id }: InboxAggregate): ItemKey {
  return { partition: holdersOf(collector), sort: `${field(topic)}#${field(id)}` };
}

/** The partition of the aggregates that have held events. */
export function holdersOf(collector: string): string {
  return `${field(collector)}#${HOLDERS}`;
}

/** Every partition of a collector. */
export function partitionsOf(collector: string): readonly string[] {
  const shards = Array.from({ length: SHARDS }, (_, shard) => `${field(collector)}#${shard}`);
  return [...shards, holdersOf(collector)];
}

/** How sort keys of a topic's items begin. */
export function topicPrefix(topic: string): string {
  return `${field(topic)}#`;
}

function sharded(collector: string, sort: string): ItemKey {
  const shard = (sha256(sort)[0] ?? 0) % SHARDS;
  return { partition: `${field(collector)}#${shard}`, sort };
}

// Three of them, and what is between them, fit into a sort key of 1,024 bytes.
const MAX_FIELD_BYTES = 300;

/**
 * A text as a part of a key: no two texts have the same, and none has a `#`. Half of a surrogate pair is escaped because UTF-8 has none: it would become the same character as any other. No escape is
 * `%h`, so no text looks like one that was hashed for its length.
 */
function field(text: string): string {
  const escaped = text.replace(
    /[#%\p{Cs}]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (Buffer.byteLength(escaped) <= MAX_FIELD_BYTES) return escaped;
  return `%h${sha256(escaped).toString('hex')}`;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
