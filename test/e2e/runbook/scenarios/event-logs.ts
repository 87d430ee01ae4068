import type { EventMessage } from '../../../../src/common/message.ts';
import { createEventLogTable, PostgresEventLog } from '../../../../src/event-log/postgres/index.ts';
import type { Stage } from '../stage.ts';

export interface StoredCustomers {
  readonly eventLog: PostgresEventLog;
  append(messages: readonly EventMessage[]): Promise<void>;
}

/** The EventLog of the topic, in a table of the shipped kind. */
export async function storeCustomers(stage: Stage, table: string): Promise<StoredCustomers> {
  const { pool } = stage;
  await pool.query(createEventLogTable(table));
  const eventLog = new PostgresEventLog({ pool, table, topic: 'Customer' });
  stage.onEnd(() => eventLog.close());
  return {
    eventLog,
    async append(messages) {
      const transaction = await pool.connect();
      await transaction.query('BEGIN');
      await eventLog.append(transaction, messages);
      await transaction.query('COMMIT');
      transaction.release();
    },
  };
}
