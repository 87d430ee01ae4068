import { describe, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { MessageMeta } from '../../common/message.ts';
import type { PostgresPool } from './postgres-pool.ts';
import type { PostgresRow } from './table.ts';

/** What every EventLog over the table of another library is told. */
export interface StoreOptions {
  /** A `pg` Pool on the store's database: the primary. */
  readonly pool: PostgresPool;
  /** Service that writes the events: `meta.service`. */
  readonly service: string;
  /** Meta of a message beyond what the store keeps, of a row with the store's columns. Default: `correlationId` and `causationId` of the event's metadata, where they are texts. */
  readonly toMeta?: (row: PostgresRow) => Partial<MessageMeta>;
}

/** Throws `INVALID_EVENT_LOG` with every fault. `texts` are the options that are texts and needed. */
export function checkStoreOptions<Options extends StoreOptions>(
  options: Options,
  known: KeysOf<Options>,
  { store, texts }: { readonly store: string; readonly texts: readonly string[] },
): void {
  const faults = [...optionFaults(options, known), ...(isRecord(options) ? faultsOf(options, texts) : [])];
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_EVENT_LOG', `The ${store} EventLog is wrong: ${faults.join('; ')}`, {
    action: 'Correct it; nothing was read',
  });
}

function faultsOf(options: Readonly<Record<string, unknown>>, texts: readonly string[]): readonly string[] {
  const { pool, toMeta } = options;
  const isPool = isRecord(pool) && typeof pool['query'] === 'function';
  const missing = ['service', ...texts].filter(
    (key) => typeof options[key] !== 'string' || options[key] === '',
  );
  return [
    ...(isPool ? [] : [`pool is a Pool of pg, not ${describe(pool)}`]),
    ...missing.map((key) => `${key} is a text that is not empty, not ${describe(options[key])}`),
    ...(toMeta === undefined || typeof toMeta === 'function'
      ? []
      : [`toMeta is a function, not ${describe(toMeta)}`]),
  ];
}

/** What the metadata of an event says of what caused it. */
export function causesIn(metadata: unknown): Partial<MessageMeta> {
  const { correlationId, causationId } = isRecord(metadata) ? metadata : {};
  return {
    ...(typeof correlationId === 'string' && correlationId !== '' ? { correlationId } : {}),
    ...(typeof causationId === 'string' && causationId !== '' ? { causationId } : {}),
  };
}

/** A text in SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
