import type { PublishEntry } from '../../../common/protocol/entry.ts';
import { toIso } from '../iso-time.ts';
import { fingerprintOfEntry } from './fingerprint.ts';
import { GAP } from './halt.ts';
import type { Verdict } from './msg-id-memory.ts';
import type { Parking } from './parking.ts';
import type { QueueParts } from './queue-parts.ts';

/**
 * Where the events of one aggregate come in: a repeated one is dropped, by its position or its msgId, and the others get their
 * place in the backlog, at once or when their turn in the stream comes.
 */
export class Arrivals {
  readonly #parts: QueueParts;
  readonly #parking: Parking;

  constructor(parts: QueueParts, parking: Parking) {
    this.#parts = parts;
    this.#parking = parking;
  }

  /** Takes entries in, in order. Gives back the msgIds of those that are known with another content. */
  accept(entries: readonly PublishEntry[], now: number): readonly string[] {
    const { memory, backlog } = this.#parts;
    const conflicts = entries.filter((entry) => this.#offer(entry, now) === 'conflict');
    memory.forget(now, backlog.length);
    return conflicts.map(({ message }) => message.meta.msgId);
  }

  /** Early events come back from a page, or from the way to it. They may have been repeated meanwhile. */
  offerAgain(entries: readonly PublishEntry[], now: number): void {
    this.#parts.tally.accepted -= entries.length;
    for (const entry of entries) this.#offer(entry, now);
  }

  /** Moves the events whose turn has come from the stream into the backlog. A gap that has changed is waited for anew. */
  release(now: number): void {
    const { stream, backlog, halt } = this.#parts;
    const released = stream?.release(now) ?? [];
    for (const entry of released) backlog.add(entry);
    if (halt.parked?.code !== GAP) return;
    if (released.length > 0 || stream?.firstEarly !== halt.parked.msgId) this.#parking.unpark(now);
  }

  #offer(entry: PublishEntry, now: number): Verdict {
    const { stream, tally } = this.#parts;
    const inStream = stream?.offer(entry, now) ?? 'late';
    // One that is late is ordered by its arrival, as is everything where there are no positions.
    const verdict = inStream === 'late' ? this.#offerByArrival(entry, now) : inStream;
    if (verdict === 'new') tally.accepted += 1;
    else tally.duplicates += 1;
    if (verdict === 'conflict') tally.conflict(entry.message.meta.msgId, toIso(now));
    if (inStream === 'conflict') this.#parking.atConflict(entry, now);
    this.release(now);
    return verdict;
  }

  #offerByArrival(entry: PublishEntry, now: number): Verdict {
    const { memory, backlog, stream } = this.#parts;
    const verdict = memory.offer(entry.message.meta.msgId, fingerprintOfEntry(entry), now);
    if (verdict !== 'new') return verdict;
    backlog.add(entry);
    stream?.countLate();
    return verdict;
  }
}
