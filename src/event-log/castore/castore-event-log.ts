import type { KeysOf } from '../../common/arguments.ts';
import type { EventLog } from '../../common/event-log.ts';
import type { EventMessage } from '../../common/message.ts';
import { PostgresEventLog } from '../postgres/postgres-event-log.ts';
import { causesIn, checkStoreOptions, literal, type StoreOptions } from '../postgres/store-options.ts';
import type { PostgresRow } from '../postgres/table.ts';

export interface CastoreEventLogOptions extends StoreOptions {
  /** Id of the event store, as `POKEMONS`: the EventTopic's aggregates are its. */
  readonly eventStoreId: string;
  /** The adapter's table. Default: `event`, as the adapter's. */
  readonly table?: string;
}

const OPTION_KEYS: KeysOf<CastoreEventLogOptions> = {
  pool: true,
  eventStoreId: true,
  service: true,
  table: true,
  toMeta: true,
};

/**
 * The events of one Castore event store, kept by Castore's PostgreSQL adapter (2.4), each as `{ type, payload }`. Castore gives events no id: the msgId is
 * `<event store>/<aggregate>/<version>`. Throws `INVALID_EVENT_LOG` with every fault of the options.
 *
 * An event that is pushed with `force` over one that was published is not published again.
 */
export function castoreEventLog(options: CastoreEventLogOptions): EventLog {
  checkStoreOptions(options, OPTION_KEYS, { store: 'Castore', texts: ['eventStoreId'] });
  const { pool, eventStoreId, table = 'event' } = options;
  const events = new PostgresEventLog({
    pool,
    table,
    columns: { sequence: 'id', id: 'aggregate_id', position: 'version', storedAt: 'timestamp' },
    where: `aggregate_name = ${literal(eventStoreId)}`,
    toMessage: (row) => toMessage(row, options),
  });
  return {
    readAll: (after, read) => events.readAll(after, read),
    readStream: (id, fromPosition) => events.readStream(id, fromPosition),
    check: () => events.check(),
    end: (signal) => events.end(signal),
    countAfter: (after) => events.countAfter(after),
    describe: () => `Castore's ${eventStoreId} in PostgreSQL`,
  };
}

function toMessage(
  row: PostgresRow,
  { eventStoreId, service, toMeta = ofMetadata }: CastoreEventLogOptions,
): EventMessage {
  const { aggregate_id, version, type, data, timestamp } = row;
  const msgId = `${eventStoreId}/${aggregate_id}/${version}`;
  const time = new Date(timestamp as Date).toISOString();
  return {
    id: String(aggregate_id),
    meta: { service, time, ip: '', user: '', msgId, correlationId: msgId, ...toMeta(row) },
    event: { type, ...(data === null ? {} : { payload: data }) },
    position: Number(version),
  };
}

function ofMetadata({ metadata }: PostgresRow): ReturnType<typeof causesIn> {
  return causesIn(metadata);
}
