import type { KeysOf } from '../../common/arguments.ts';
import type { EventLog } from '../../common/event-log.ts';
import type { EventMessage } from '../../common/message.ts';
import { PostgresEventLog } from '../postgres/postgres-event-log.ts';
import { causesIn, checkStoreOptions, literal, type StoreOptions } from '../postgres/store-options.ts';
import type { PostgresRow } from '../postgres/table.ts';

export interface EmmettEventLogOptions extends StoreOptions {
  /**
   * Type of the streams, as `shopping_cart`: the EventTopic's aggregates are its streams, and what stands behind `<type>-` in a stream's name is the
   * aggregate's id.
   */
  readonly streamType: string;
}

const OPTION_KEYS: KeysOf<EmmettEventLogOptions> = {
  pool: true,
  streamType: true,
  service: true,
  toMeta: true,
};

/** SQL of an index over all events' order, which Emmett's table does not have. It may be run again. */
export function createEmmettIndex(): string {
  return 'CREATE INDEX IF NOT EXISTS emt_messages_global_position ON emt_messages (global_position);\n';
}

/**
 * The events of one type of streams in Emmett's PostgreSQL store (0.42), each as `{ type, data }`, with Emmett's message id as msgId and its stream
 * position as position. Make the index that {@link createEmmettIndex} says. Throws `INVALID_EVENT_LOG` with every fault of the options.
 */
export function emmettEventLog(options: EmmettEventLogOptions): EventLog {
  checkStoreOptions(options, OPTION_KEYS, { store: 'Emmett', texts: ['streamType'] });
  const { pool, streamType } = options;
  const prefix = `${streamType}-`;
  const events = new PostgresEventLog({
    pool,
    table: 'emt_messages',
    columns: {
      sequence: 'global_position',
      id: 'stream_id',
      position: 'stream_position',
      storedAt: 'created',
    },
    where: `NOT is_archived AND message_kind = 'E' AND starts_with(stream_id, ${literal(prefix)})`,
    toMessage: (row) => toMessage(row, prefix, options),
  });
  return {
    readAll: (after, read) => events.readAll(after, read),
    readStream: (id, fromPosition) => events.readStream(prefix + id, fromPosition),
    check: () => events.check(),
    end: (signal) => events.end(signal),
    countAfter: (after) => events.countAfter(after),
    describe: () => `Emmett's ${streamType} streams in PostgreSQL`,
  };
}

function toMessage(
  row: PostgresRow,
  prefix: string,
  { service, toMeta = ofMetadata }: EmmettEventLogOptions,
): EventMessage {
  const { stream_id, stream_position, message_type: type, message_data: data, message_id, created } = row;
  const msgId = String(message_id);
  const time = new Date(created as Date).toISOString();
  return {
    id: String(stream_id).slice(prefix.length),
    meta: { service, time, ip: '', user: '', msgId, correlationId: msgId, ...toMeta(row) },
    event: { type, data },
    position: Number(stream_position),
  };
}

function ofMetadata({ message_metadata: metadata }: PostgresRow): ReturnType<typeof causesIn> {
  return causesIn(metadata);
}
