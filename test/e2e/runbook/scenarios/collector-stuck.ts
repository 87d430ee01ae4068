import type { PoolClient } from 'pg';
import { expect } from 'vitest';
import { createInboxTables } from '../../../../src/collector/postgres/inbox-tables.ts';
import { PostgresInbox } from '../../../../src/collector/postgres/postgres-inbox.ts';
import { QueueDepth } from '../queue.ts';
import type { SetScenario } from '../scenario.ts';
import { startCollector } from './collectors.ts';
import { Customer, expectIdle, untilWell } from './expectations.ts';
import { numbered } from './messages.ts';

const IDS = ['C-1', 'C-2', 'C-3'];
const INBOX = 'collector_stuck_inbox';

/** Nobody reads the queue; then somebody does, whose table is not there yet. */
export const collectorStuck: SetScenario = async (stage) => {
  const { pool } = stage;
  const topic = stage.topic(Customer);
  const depth = new QueueDepth(stage.sqs, stage.queueUrl);
  await pool.query(createInboxTables(INBOX));
  await stage.startWorker();
  // The emulator gives out one message of an aggregate at a time.
  await topic.publish(
    IDS.flatMap((id) => numbered(id, 1, 1)),
    { waitFor: 'published' },
  );
  await untilWell(async () => (await depth.waiting()) === 3);
  return {
    world: {
      'a collector runs whose table is missing': async () => {
        await startCollector(stage, {
          topics: [Customer],
          inbox: new PostgresInbox({ pool, table: INBOX }),
          handle: ({ id, meta }, { transaction }) =>
            (transaction as PoolClient).query('INSERT INTO customers VALUES ($1, $2)', [id, meta.msgId]),
        });
        await untilWell(async () => (await depth.hidden()) === 3);
      },
      'the table is made': () => pool.query('CREATE TABLE customers (id text, msg_id text)'),
      'it has caught up': () => untilWell(async () => (await depth.waiting()) + (await depth.hidden()) === 0),
    },
    async healthy() {
      await expectIdle(topic, { 'C-1': 1, 'C-2': 1, 'C-3': 1 });
      const { rows } = await pool.query('SELECT msg_id FROM customers ORDER BY msg_id');
      expect(rows.map(({ msg_id }) => msg_id)).toEqual(['C-1/1', 'C-2/1', 'C-3/1']);
    },
  };
};
