import { checkText } from '../../common/arguments.ts';
import type { EventMessage } from '../../common/message.ts';
import { quote, quoteTable } from '../../common/sql-names.ts';

/** Names of a table's columns. */
export interface PostgresColumns {
  /**
   * A bigint that grows with each row: drawn from a sequence by the insert itself, as an identity column or a serial does (not by the
   * application beforehand, and without the sequence's CACHE), and unique. Default: `sequence`.
   */
  readonly sequence: string;
  /** Aggregate id. Default: `id`. */
  readonly id: string;
  /** The event's place in its aggregate's stream: 1, 2, 3 …. Default: `position`. */
  readonly position: string;
  /** When the row was inserted: timestamptz. Default: `stored_at`. */
  readonly storedAt: string;
}

/** A row, with all its columns, as `pg` gives them. */
export type PostgresRow = Readonly<Record<string, unknown>>;

/** How messages are made of rows: a table of your own. */
export interface PostgresMapping {
  /** Where to find what orders the rows. Default: see {@link PostgresColumns}. */
  readonly columns?: Partial<PostgresColumns>;
  /** Only these rows: an SQL condition over the table's columns, as `category = 'customer'`. Default: all. */
  readonly where?: string;
  /** The message that a row stores. Default: of the columns `id`, `position`, `meta` and `event`, as the shipped table has them. */
  readonly toMessage?: (row: PostgresRow) => EventMessage;
}

/** SQL that makes the shipped table and its index: run it, or put it into your migrations. It may be run again. Throws `INVALID_ARGUMENT`. */
export function createEventLogTable(table = 'event_log'): string {
  checkText('createEventLogTable(table)', 'table', table);
  const name = quoteTable(table);
  return `-- Stored events. \`sequence\` orders all of them, \`position\` those of one aggregate.
CREATE TABLE IF NOT EXISTS ${name} (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  id text NOT NULL,
  position bigint NOT NULL CHECK (position >= 1),
  msg_id text NOT NULL UNIQUE,
  -- json, not jsonb: what arrives is what was stored, to the letter.
  meta json NOT NULL,
  event json NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Two writers that append at the same place: one of them fails.
  UNIQUE (topic, id, position)
);
CREATE INDEX IF NOT EXISTS ${quote(`${plain(table)}_topic_sequence`)} ON ${name} (topic, sequence);
`;
}

/** SQL that makes a trigger, which wakes relays when rows are committed. It may be run again. Throws `INVALID_ARGUMENT`. */
export function createEventLogWakeUp(table = 'event_log'): string {
  checkText('createEventLogWakeUp(table)', 'table', table);
  const name = quoteTable(table);
  const trigger = quote(`${plain(table)}_wake`);
  return `-- Tells relays that something was stored. PostgreSQL sends it when the transaction commits.
CREATE OR REPLACE FUNCTION ${trigger}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('${channelOf(table)}', '');
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS ${trigger} ON ${name};
CREATE TRIGGER ${trigger} AFTER INSERT ON ${name}
  FOR EACH STATEMENT EXECUTE FUNCTION ${trigger}();
`;
}

/** The channel on which the wake-up of a table is sent. PostgreSQL: names of at most 63 bytes. */
export function channelOf(table: string): string {
  return `${plain(table)}_wake`.replaceAll("'", '').slice(0, 63);
}

function plain(table: string): string {
  return table.split('.').at(-1) ?? table;
}
