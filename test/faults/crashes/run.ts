import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { startFauxqs } from 'fauxqs';
import pg from 'pg';
import { type PostgresServer, startPostgres } from '../../../examples/postgres-server.ts';
import { EventCollector, EventTopic } from '../../../infra/components/index.ts';
import { applyProgram } from '../../../infra/local.ts';
import { PostgresInbox } from '../../../src/collector/postgres/index.ts';
import { EventLogRelay } from '../../../src/event-log/event-log-relay.ts';
import { createEventLogTable, createEventLogWakeUp } from '../../../src/event-log/postgres/index.ts';
import { startTemporalDevServer } from '../../../src/testing/index.ts';
import { Collector } from '../collectors.ts';
import { balances, effectsIn, wrongBalances } from './read-model.ts';
import { Account, SETTINGS, TABLE } from './shop.ts';
import { judge, msgIdsByAccount, type Verdict } from './verdict.ts';

export interface CrashOptions {
  readonly mode: 'sweep' | 'tail';
  /** Application processes that are killed, at least; and events that are stored: on a busy machine some processes die before they store one. */
  readonly kills: number;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface CrashResult extends Verdict {
  readonly kills: number;
  readonly workerKills: number;
  /** Processes of the read model's collector that were killed. */
  readonly collectorKills: number;
  /** The read model in PostgreSQL, by its effects: what handling came to, not what arrived. */
  readonly readModel: Pick<Verdict, 'lost' | 'outOfOrder' | 'twice' | 'neverStored'> & {
    /** Accounts whose balance is another one than a fold over the EventLog gives. */
    readonly wrong: number;
  };
  /** Events that the relay published: those of processes that died in between, in a sweep. */
  readonly healed: number;
  readonly published: number;
  /** What the relay's own comparison says at the end. */
  readonly missing: number;
}

const WRITERS = 3;
const ACCOUNTS = 6;
/** Read by something simple, which shows what arrives. */
const OBSERVERS = ['CrashSaga', 'CrashMail'];
/** Processes that read the queue of the read model together. */
const CONSUMERS = 2;
/**
 * A worker takes a workflow's next task only when Temporal has noticed that the one before is dead, after 10 s and, each time again, longer. One that is killed
 * more often than that gets nothing done; so it lives for so many of the application's lives, some 20 s.
 */
const KILLS_PER_WORKER = 20;
/** Longer than Temporal waits for what the last dead worker has taken. */
const DRAIN_MS = 180_000;
const LONGEST_CONSUMER_LIFE_MS = 1_500;

/** Kills processes of an application around append and publish, and its worker now and then, and looks what arrives. */
export async function runCrashes(options: CrashOptions): Promise<CrashResult> {
  const cleanUps: (() => unknown)[] = [];
  try {
    return await new CrashRun(options, cleanUps).run();
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

class CrashRun {
  readonly #options: CrashOptions;
  readonly #cleanUps: (() => unknown)[];
  #kills = 0;
  #workerKills = 0;
  #collectorKills = 0;
  #isEnough = false;

  constructor(options: CrashOptions, cleanUps: (() => unknown)[]) {
    this.#options = options;
    this.#cleanUps = cleanUps;
  }

  async run(): Promise<CrashResult> {
    const { mode, report } = this.#options;
    const { postgres, pool } = await this.#startDatabase();
    const { address, client } = await this.#startTemporal();
    const { endpoint, topicArn, queueUrls } = await this.#startEmulator();
    const env = { ...process.env, DATABASE: JSON.stringify(postgres.database), TEMPORAL_ADDRESS: address };
    const collectors = OBSERVERS.map((name) => new Collector(name, queueUrls[name] ?? '', endpoint));
    for (const collector of collectors) {
      collector.start();
      this.#cleanUps.push(() => collector.stop());
    }
    const startWorker = (): Promise<ChildProcess> =>
      this.#start('worker.ts', { ...env, TOPIC_ARN: topicArn, AWS_ENDPOINT_URL_SNS: endpoint });
    let worker = await startWorker();
    const relay = new EventLogRelay(Account, {
      client,
      mode,
      everyMs: 500,
      graceMs: 1_000,
      settings: SETTINGS,
      pageEvents: 50,
    });
    await relay.start({ from: 'beginning' });
    report(`${mode}: killing ${this.#options.kills} application processes`);

    const startApplication = (writer: number): Promise<ChildProcess> =>
      this.#start('application.ts', {
        ...env,
        WRITER: String(writer),
        ACCOUNTS: String(ACCOUNTS),
        PUBLISHES: mode === 'sweep' ? 'yes' : '',
      });
    const startConsumer = (): Promise<ChildProcess> =>
      this.#start('consumer.ts', {
        ...env,
        QUEUE_URL: queueUrls[balances.name] ?? '',
        SQS_ENDPOINT: endpoint,
      });
    await balances.init(new PostgresInbox({ pool }));
    const consumers = Array.from({ length: CONSUMERS }, () => this.#killConsumers(startConsumer));
    const writers = Array.from({ length: WRITERS }, (_, writer) =>
      this.#crashAgainAndAgain(pool, () => startApplication(writer)),
    );
    const workers = (async () => {
      while (!this.#isEnough) {
        await sleep(200);
        if (Math.floor(this.#kills / this.#killsPerWorker) <= this.#workerKills) continue;
        this.#workerKills += 1;
        await end(worker);
        worker = await startWorker();
      }
    })();
    await Promise.all([...writers, workers, ...consumers]);

    const stored = await storedIn(pool);
    const count = [...stored.values()].flat().length;
    report(`${count} events are stored; waiting until they have arrived`);
    await startConsumer();
    const haveAll = async (): Promise<boolean> =>
      collectors.every((collector) => collector.count >= count) && (await countIn(pool, 'effects')) >= count;
    const deadline = Date.now() + DRAIN_MS;
    while (!(await haveAll()) && Date.now() < deadline) {
      this.#options.signal?.throwIfAborted();
      await sleep(100);
    }
    // What must not come would come late.
    await sleep(1_000);
    const { missing } = await relay.verify();
    const { totals } = await relay.stop();
    const { healed, published } = totals;
    const { lost, outOfOrder, twice, neverStored } = judge(stored, [await effectsIn(pool)]);
    return {
      ...judge(
        stored,
        collectors.map(({ received }) => msgIdsByAccount(received)),
      ),
      readModel: { lost, outOfOrder, twice, neverStored, wrong: await wrongBalances(pool, TABLE) },
      kills: this.#kills,
      workerKills: this.#workerKills,
      collectorKills: this.#collectorKills,
      healed,
      published,
      missing,
    };
  }

  /** In a short run it dies all the same. */
  get #killsPerWorker(): number {
    return Math.min(KILLS_PER_WORKER, Math.ceil(this.#options.kills / 2));
  }

  async #crashAgainAndAgain(pool: pg.Pool, start: () => Promise<ChildProcess>): Promise<void> {
    while (!this.#isEnough) {
      this.#options.signal?.throwIfAborted();
      const application = await start();
      await sleep(Math.random() * 300);
      this.#kills += 1;
      await end(application);
      const { kills } = this.#options;
      this.#isEnough ||= this.#kills >= kills && (await countIn(pool, TABLE)) > kills;
    }
  }

  /** Ends with the applications. Each process gets to its queue, and is killed some time later. */
  async #killConsumers(start: () => Promise<ChildProcess>): Promise<void> {
    while (!this.#isEnough) {
      this.#options.signal?.throwIfAborted();
      const consumer = await start();
      await sleep(Math.random() * LONGEST_CONSUMER_LIFE_MS);
      this.#collectorKills += 1;
      await end(consumer);
    }
  }

  async #start(script: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
    const child = fork(join(import.meta.dirname, script), { execArgv: ['--import', 'tsx'], env });
    this.#cleanUps.push(() => end(child));
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`${script} ended before it was ready [code=${code} signal=${signal}]`);
    });
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => undefined);
    return child;
  }

  async #startDatabase(): Promise<{ postgres: PostgresServer; pool: pg.Pool }> {
    const postgres = await startPostgres();
    this.#cleanUps.push(() => postgres.stop());
    const pool = new pg.Pool(postgres.database);
    this.#cleanUps.push(() => pool.end());
    await pool.query(createEventLogTable(TABLE));
    await pool.query(createEventLogWakeUp(TABLE));
    return { postgres, pool };
  }

  async #startTemporal(): Promise<{ address: string; client: Client }> {
    const env = await startTemporalDevServer();
    this.#cleanUps.push(() => env.teardown());
    const connection = await Connection.connect({ address: env.address });
    this.#cleanUps.push(() => connection.close());
    return { address: env.address, client: new Client({ connection }) };
  }

  async #startEmulator(): Promise<{ endpoint: string; topicArn: string; queueUrls: Record<string, string> }> {
    const emulator = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
    this.#cleanUps.push(() => emulator.stop());
    const endpoint = `http://127.0.0.1:${emulator.port}`;
    const program = () => {
      const topic = new EventTopic(Account.name);
      const collectors = [balances.name, ...OBSERVERS].map(
        (name) => [name, new EventCollector(name, { eventTopics: [topic] }).queueUrl] as const,
      );
      return { eventTopics: { [Account.name]: topic.topicArn }, collectors: Object.fromEntries(collectors) };
    };
    const { eventTopics, collectors } = await applyProgram(program, { endpoint, log: () => undefined });
    return {
      endpoint,
      topicArn: eventTopics[Account.name] ?? '',
      queueUrls: collectors,
    };
  }
}

/** As a crash would: no goodbye, whatever it is doing. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function countIn(pool: pg.Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(`SELECT count(*) AS count FROM ${table}`);
  return Number(rows[0]?.count);
}

/** msgIds of every stream, in order. */
async function storedIn(pool: pg.Pool): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await pool.query<{ id: string; msg_ids: string[] }>(
    `SELECT id, array_agg(msg_id ORDER BY position) AS msg_ids FROM ${TABLE} GROUP BY id`,
  );
  return new Map(rows.map(({ id, msg_ids }) => [id, msg_ids]));
}
