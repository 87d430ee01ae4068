import { EventTopicError } from '../../common/errors.ts';
import type { Checkpoint } from '../../common/event-log.ts';

/** A row's sequence number: a bigint in decimal digits. */
export type Place = string;

// A bigint of PostgreSQL has at most 19 digits.
const DIGITS = 19;

/** As `postgres/event_log/0000000000000000042`. */
export function toCheckpoint(table: string, place: Place): Checkpoint {
  return `postgres/${table}/${place.padStart(DIGITS, '0')}`;
}

/** Undefined: before everything. Throws `INVALID_CHECKPOINT` for another table's, or another EventLog's. */
export function toPlace(table: string, checkpoint: Checkpoint | undefined): Place | undefined {
  if (checkpoint === undefined) return undefined;
  const prefix = `postgres/${table}/`;
  const digits = checkpoint.startsWith(prefix) ? checkpoint.slice(prefix.length) : '';
  if (digits.length === DIGITS && /^\d+$/.test(digits)) return BigInt(digits).toString();
  throw new EventTopicError('INVALID_CHECKPOINT', 'The checkpoint is of another EventLog', {
    details: { checkpoint, table },
    action: 'Take one that this EventLog gave, or begin somewhere else',
  });
}
