import { describe, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { EventLog } from '../../common/event-log.ts';
import type { EventMessage, MessageMeta } from '../../common/message.ts';
import { PostgresEventLog } from '../postgres/postgres-event-log.ts';
import type { PostgresPool } from '../postgres/postgres-pool.ts';
import type { PostgresRow } from '../postgres/table.ts';

export interface EmmettEventLogOptions {
  /** A `pg` Pool on the store's database: the primary. */
  readonly pool: PostgresPool;
  /**
   * Type of the streams, as `shopping_cart`: the EventTopic's aggregates are its streams, and what stands behind `<type>-` in a stream's name is the
   * aggregate's id.
   */
  readonly streamType: string;
  /** Service that writes the events: `meta.service`. */
  readonly service: string;
  /**
   * Meta of a message beyond what Emmett keeps: of `row`, which has Emmett's columns (`message_metadata`, `created`, …). Default: `correlationId` and
   * `causationId` of the metadata, where they are texts.
   */
  readonly toMeta?: (row: PostgresRow) => Partial<MessageMeta>;
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
  refuse(faultsOf(options));
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
    where: `NOT is_archived AND message_kind = 'E' AND starts_with(stream_id, '${prefix.replaceAll("'", "''")}')`,
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

function ofMetadata({ message_metadata: metadata }: PostgresRow): Partial<MessageMeta> {
  const { correlationId, causationId } = isRecord(metadata) ? metadata : {};
  return {
    ...(typeof correlationId === 'string' && correlationId !== '' ? { correlationId } : {}),
    ...(typeof causationId === 'string' && causationId !== '' ? { causationId } : {}),
  };
}

function faultsOf(options: unknown): readonly string[] {
  const shape = optionFaults(options, OPTION_KEYS);
  if (!isRecord(options)) return shape;
  const { pool, streamType, service, toMeta } = options;
  const isPool = isRecord(pool) && typeof pool['query'] === 'function';
  const texts = Object.entries({ streamType, service }).filter(
    ([, text]) => typeof text !== 'string' || text === '',
  );
  return [
    ...shape,
    ...(isPool ? [] : [`pool is a Pool of pg, not ${describe(pool)}`]),
    ...texts.map(([key, text]) => `${key} is a text that is not empty, not ${describe(text)}`),
    ...(toMeta === undefined || typeof toMeta === 'function'
      ? []
      : [`toMeta is a function, not ${describe(toMeta)}`]),
  ];
}

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_EVENT_LOG', `The Emmett EventLog is wrong: ${faults.join('; ')}`, {
    action: 'Correct it; nothing was read',
  });
}
