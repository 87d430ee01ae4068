import type { PublishFailure } from '../../../common/protocol/activities.ts';
import type { PublishEntry } from '../../../common/protocol/entry.ts';
import { toIso } from '../iso-time.ts';
import { fingerprintOfEntry } from './fingerprint.ts';
import { GAP, POSITION_CONFLICT } from './halt.ts';
import type { QueueParts } from './queue-parts.ts';
import type { Gap } from './stream-order.ts';

/** At what an aggregate parks, and what becomes of that event, or of the missing ones, when an operator cures it. */
export class Parking {
  readonly #parts: QueueParts;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /** SNS refuses the event. */
  atRefused({ message }: PublishEntry, { code, reason }: PublishFailure, now: number): void {
    const { halt, backOff } = this.#parts;
    backOff.end();
    // It is refused once more when the conflict is over.
    if (halt.parked?.code === POSITION_CONFLICT) return;
    halt.park({ msgId: message.meta.msgId, code, reason, since: toIso(now) });
  }

  /** Positions are missing, and nobody has them. */
  atGap(gap: Gap, why: string, now: number): void {
    const { halt, stream } = this.#parts;
    const reason = `Position ${range(gap)} of the stream is missing: ${why}`;
    halt.park({ msgId: stream?.firstEarly ?? '', code: GAP, reason, since: toIso(now) });
  }

  /** Which of two events with one position is meant, nobody can say but an operator, who may have done so before. */
  atConflict({ message }: PublishEntry, now: number): void {
    const { halt } = this.#parts;
    const { msgId } = message.meta;
    if ((halt.parked && halt.parked.code !== GAP) || halt.wasDone('replace', msgId)) return;
    const reason = `Position ${message.position} came again with another content`;
    halt.park({ msgId, code: POSITION_CONFLICT, reason, since: toIso(now) });
  }

  /** Tries again what the aggregate is parked at. Does nothing when it is not parked. */
  retry(now: number): void {
    const { halt, stream } = this.#parts;
    const code = halt.parked?.code;
    this.unpark(now);
    if (code === GAP) stream?.askAgain();
  }

  /** Drops what the aggregate is parked at: the refused event, the missing ones, or the one that came too much. */
  skip(now: number): void {
    const { halt, stream, backlog } = this.#parts;
    const code = halt.parked?.code;
    if (code === undefined) return;
    // An event that has another one's place was never queued.
    if (code === GAP) stream?.skipGap();
    else if (code !== POSITION_CONFLICT) backlog.removeFirst(1);
    this.unpark(now);
  }

  /** Publishes another content in the place of the parked event. */
  replace(entry: PublishEntry, now: number): void {
    const { backlog, memory, stream } = this.#parts;
    backlog.replaceFirst(entry);
    memory.replace(entry.message.meta.msgId, fingerprintOfEntry(entry));
    stream?.replaced(entry);
    this.unpark(now);
  }

  /** A gap may be there still, or since. */
  unpark(now: number): void {
    const { halt, stream } = this.#parts;
    if (halt.parked) stream?.waitAgain(now);
    halt.unpark();
  }
}

function range({ from, to }: Gap): string {
  return from === to ? String(from) : `${from} to ${to}`;
}
