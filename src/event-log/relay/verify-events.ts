import type { Client } from '@temporalio/client';
import { listParked } from '../../client/operate/parked.ts';
import { VERIFY_MOST_HOLES, VERIFY_PAGE_EVENTS } from '../../common/defaults.ts';
import type { Checkpoint, StoredEvent } from '../../common/event-log.ts';
import type { Hole, VerifyInput, VerifyReport } from '../../common/protocol/relay.ts';
import { type Fate, fateOf, recordsOf } from './missing-events.ts';
import { readPage } from './read-page.ts';
import type { ReadableSource } from './relay-source.ts';
import { retentionOf } from './retention.ts';
import { definitionOf } from './to-entries.ts';

export interface VerifyOptions {
  readonly input: VerifyInput;
  readonly client: Client;
  readonly signal: AbortSignal;
}

/** Compares page by page what is stored with what publishers say. Publishes nothing. */
export async function verifyEvents(source: ReadableSource, options: VerifyOptions): Promise<VerifyReport> {
  const { input, client, signal } = options;
  const { topic } = input;
  const definition = definitionOf(topic, input.target, source);
  const forgottenBefore = Date.now() - (await retentionOf(client));
  const counts = { published: 0, skipped: 0, waiting: 0, missing: 0, unknown: 0 };
  const holes: Hole[] = [];
  let after: Checkpoint | undefined;
  for (;;) {
    const page = await readPage(source.eventLog, { topic, after, limit: VERIFY_PAGE_EVENTS, signal });
    signal.throwIfAborted();
    if (page.length === 0) break;
    after = page.at(-1)?.checkpoint;
    const events = page.filter((event) => isWithin(event, input));
    const records = await recordsOf({ client, definition, signal }, events);
    for (const event of events) {
      const fate = withRetention(fateOf(records.get(event), event), event, forgottenBefore);
      counts[fate] += 1;
      if (fate === 'missing' && holes.length < VERIFY_MOST_HOLES) holes.push(toHole(event));
    }
  }
  const checked = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { checked, ...counts, holes, parked: (await listParked(client, topic)).length };
}

function isWithin({ storedAt }: StoredEvent, { from, to }: VerifyInput): boolean {
  const time = Date.parse(storedAt);
  return (from === undefined || time >= Date.parse(from)) && (to === undefined || time < Date.parse(to));
}

function withRetention(fate: Fate, { storedAt }: StoredEvent, forgottenBefore: number): Fate | 'unknown' {
  return fate === 'missing' && Date.parse(storedAt) < forgottenBefore ? 'unknown' : fate;
}

function toHole({ checkpoint, storedAt, message: { id, meta, position } }: StoredEvent): Hole {
  return { id, msgId: meta?.msgId, storedAt, checkpoint, ...(position === undefined ? {} : { position }) };
}
