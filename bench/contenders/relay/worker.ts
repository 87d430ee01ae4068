// The package's worker with an EventLog, for relays.
import pg from 'pg';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { PostgresEventLog } from 'temporal-event-topic/event-log/postgres';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import type { Database } from '../../../examples/postgres-server.ts';
import { createSnsClient } from '../../sns-client.ts';
import { runWorker, type WorkerSetting } from '../worker-process.ts';

export interface RelayWorkerSetting extends WorkerSetting {
  readonly database: Database;
  readonly table: string;
}

await runWorker((connection, setting) => {
  const { taskQueue, topic, topicArn, endpoint, database, table } = setting as RelayWorkerSetting;
  const publisher = new SnsFifoPublisher({ topicArn, client: createSnsClient(endpoint) });
  const pool = new pg.Pool({ ...database, max: 5 });
  const eventLog = new PostgresEventLog({ pool, table, topic, channel: `${table}_wake` });
  return createEventTopicWorker({ connection, taskQueue, topics: [{ topic, publisher, eventLog }] });
});
