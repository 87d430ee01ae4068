import { checkText } from '../../common/arguments.ts';
import { quote, quoteTable } from '../../common/sql-names.ts';

/** The tables of an inbox: their names begin with one. */
export interface InboxTables {
  /** How far each aggregate is, of topics that order by position. */
  readonly positions: string;
  /** msgIds that were handled, of topics that order by arrival. */
  readonly messages: string;
  /** Events that came early. */
  readonly held: string;
}

/** SQL that makes the tables of a {@link PostgresInbox}: run it, or put it into your migrations. It may be run again. Throws `INVALID_ARGUMENT`. */
export function createInboxTables(table = 'event_inbox'): string {
  checkText('createInboxTables(table)', 'table', table);
  const { positions, messages, held } = inboxTables(table);
  return `-- What collectors have handled. Topics that order by position: one row for each aggregate, whatever the number of its events.
CREATE TABLE IF NOT EXISTS ${positions} (
  collector text NOT NULL,
  topic text NOT NULL,
  id text NOT NULL,
  position bigint NOT NULL,
  -- Whether events of it are held. In this row, so that whoever takes the next place sees it however they meet.
  held boolean NOT NULL DEFAULT false,
  PRIMARY KEY (collector, topic, id)
);
-- Topics that order by arrival: one row for each event.
CREATE TABLE IF NOT EXISTS ${messages} (
  collector text NOT NULL,
  topic text NOT NULL,
  msg_id text NOT NULL,
  handled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (collector, topic, msg_id)
);
CREATE INDEX IF NOT EXISTS ${indexName(table)} ON ${messages} (handled_at);
-- Events that came before one that is missing.
CREATE TABLE IF NOT EXISTS ${held} (
  collector text NOT NULL,
  topic text NOT NULL,
  id text NOT NULL,
  position bigint NOT NULL,
  -- json, not jsonb: what is handled is what arrived, to the letter.
  message json NOT NULL,
  held_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (collector, topic, id, position)
);
`;
}

/** Their names in SQL. */
export function inboxTables(table: string): InboxTables {
  return {
    positions: quoteTable(`${table}_positions`),
    messages: quoteTable(`${table}_messages`),
    held: quoteTable(`${table}_held`),
  };
}

function indexName(table: string): string {
  return quote(`${table.split('.').at(-1)}_messages_handled_at`);
}
