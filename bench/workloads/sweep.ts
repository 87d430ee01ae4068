import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { defineEventTopic } from 'temporal-event-topic';
import { EventLogRelay } from 'temporal-event-topic/event-log';
import { createEventLogTable } from 'temporal-event-topic/event-log/postgres';
import { Child } from '../child.ts';
import type { RelayWorkerSetting } from '../contenders/relay/worker.ts';
import { postgresServer } from '../contenders/relay.ts';
import type { WorkerProcess } from '../contenders/worker-process.ts';
import { BenchEventSchema } from '../event-schema.ts';
import type { Values } from '../run.ts';
import { connectClient } from '../temporal-client.ts';
import { costsOf } from '../temporal-costs.ts';
import type { Round, Workload } from '../workload.ts';

const EVENTS = 1_000_000;
const SWEEPS = 20;
const EVERY_MS = 1_000;

/** Looks for what was not handed over, over a million stored events, of which all were. */
export const sweep: Workload = {
  name: 'sweep',
  description: 'a relay in sweep mode over 1,000,000 stored events that finds nothing: per look',
  once: true,
  run: async (round) => {
    if (round.isIn('relay-tail')) round.record('relay-sweep', await measure(round));
  },
};

async function measure({ rig }: Round): Promise<Values> {
  const setting = rig.newSetting();
  const { topic: name, temporalAddress, profileFolder } = setting;
  const { database } = await postgresServer();
  const pool = new pg.Pool(database);
  const table = 'swept_events';
  await pool.query(createEventLogTable(table));
  await pool.query(
    `INSERT INTO ${table} (topic, id, position, msg_id, meta, event)
     SELECT $1, 'aggregate-' || n / 10, 1 + n % 10, 'm-' || n, '{}', '{}' FROM generate_series(0, $2::int - 1) n`,
    [name, EVENTS],
  );
  await pool.query(`ANALYZE ${table}`);
  const taskQueue = `${name}-queue`;
  const env = {
    BENCH_WORKER: JSON.stringify({ ...setting, taskQueue, database, table } satisfies RelayWorkerSetting),
  };
  const worker = await Child.start<WorkerProcess>('contenders/relay/worker.ts', { env, profileFolder });
  const client = await connectClient(temporalAddress);
  const topic = defineEventTopic({ name, event: BenchEventSchema, ordering: 'position' });
  const relay = new EventLogRelay(topic, { client, taskQueue, mode: 'sweep', everyMs: EVERY_MS, graceMs: 0 });
  await relay.start({ from: 'end' });
  const before = {
    usage: await worker.ask('usage'),
    costs: await costsOf(client, taskQueue),
    ...(await done(relay)),
  };
  await sleep(SWEEPS * EVERY_MS * 1.2);
  const after = {
    usage: await worker.ask('usage'),
    costs: await costsOf(client, taskQueue),
    ...(await done(relay)),
  };
  await relay.stop();
  await worker.stop();
  await client.connection.close();
  await pool.query(`DROP TABLE ${table}`);
  await pool.end();
  const looks = (after.at - before.at) / EVERY_MS;
  return {
    actionsPerLook: (after.costs.actions - before.costs.actions) / looks,
    workerCpuMsPerLook: ((after.usage.cpuSeconds - before.usage.cpuSeconds) * 1_000) / looks,
  };
}

async function done(relay: EventLogRelay): Promise<{ readonly at: number }> {
  const { lastPass } = await relay.status();
  return { at: Date.parse(lastPass?.at ?? new Date().toISOString()) };
}
