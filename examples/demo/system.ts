// The servers and processes of the demo, all on this machine and all real: Temporal, SNS/SQS emulator, worker.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startFauxqs } from 'fauxqs';
import pg from 'pg';
import type { EventMessage } from 'temporal-event-topic';
import { startTemporalDevServer } from 'temporal-event-topic/testing';
import { applyLocally } from '../../infra/local.ts';
import { freePort } from '../free-port.ts';
import { startPostgres } from '../postgres-server.ts';
import type { Appended } from './application.ts';
import type { Append } from './shop.ts';
import { createTable } from './store.ts';
import { startThrottlingProxy } from './throttling-proxy.ts';
import type { WorkerReport } from './worker.ts';

export type System = Awaited<ReturnType<typeof startSystem>>;

/**
 * Starts the servers and provisions topics and queues with the same Pulumi program that would be deployed. `log` is told what the
 * emulator has not.
 */
export async function startSystem(log: (line: string) => void) {
  const uiPort = await freePort();
  const temporal = await startTemporalDevServer({ server: { ui: true, uiPort } });
  const emulator = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const endpoint = `http://127.0.0.1:${emulator.port}`;
  const { eventTopics, collectors } = await applyLocally({ endpoint, log });
  const proxy = await startThrottlingProxy(emulator.port);
  const postgres = await startPostgres();
  const pool = new pg.Pool(postgres.database);
  await createTable(pool);
  return {
    temporal,
    uiAddress: `http://127.0.0.1:${uiPort}`,
    endpoint,
    proxy,
    database: postgres.database,
    pool,
    topicArns: eventTopics,
    queueUrls: collectors,
    async stop(): Promise<void> {
      await pool.end();
      await postgres.stop();
      await proxy.close();
      await emulator.stop();
      await temporal.teardown();
    },
  };
}

export interface WorkerProcess {
  /** Ends the process as a crash would: no goodbye, whatever it is doing. */
  kill(): Promise<void>;
  /** Ends it as a deployment would. */
  stop(): Promise<void>;
}

export async function startWorker(
  { temporal, proxy, topicArns, database }: System,
  onReport: (report: WorkerReport) => void,
): Promise<WorkerProcess> {
  const child = fork(join(import.meta.dirname, 'worker.ts'), {
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: temporal.address,
      EVENT_TOPICS: JSON.stringify(topicArns),
      DATABASE: JSON.stringify(database),
      AWS_ENDPOINT_URL_SNS: proxy.endpoint,
    },
  });
  await new Promise<void>((resolve, reject) => {
    child.on('message', (report: WorkerReport) => (report.kind === 'ready' ? resolve() : onReport(report)));
    child.once('exit', (code) =>
      reject(new Error(`The worker ended before it was ready [exit code=${code}]`)),
    );
  });
  return { kill: () => end(child, 'SIGKILL'), stop: () => end(child, 'SIGTERM') };
}

/** The application's process. */
export class ApplicationProcess {
  readonly #child: ChildProcess;
  #calls = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    // One call of each aggregate at the same time.
    child.setMaxListeners(50);
  }

  static async start({ temporal, database }: System): Promise<ApplicationProcess> {
    const env = { ...process.env, TEMPORAL_ADDRESS: temporal.address, DATABASE: JSON.stringify(database) };
    const child = fork(join(import.meta.dirname, 'application.ts'), { env });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`The application ended before it was ready [exit code=${code}]`);
    });
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => undefined);
    return new ApplicationProcess(child);
  }

  /** Resolves with what is stored and published. */
  async append(append: Append): Promise<readonly EventMessage[]> {
    this.#calls += 1;
    const call = this.#calls;
    const answer = new Promise<readonly EventMessage[]>((resolve) => {
      const onMessage = (appended: Appended): void => {
        if (appended.call !== call) return;
        this.#child.off('message', onMessage);
        resolve(appended.messages);
      };
      this.#child.on('message', onMessage);
    });
    this.#child.send({ call, append, dies: false });
    return answer;
  }

  /** Resolves when the process is dead: the events are stored, and nobody was told. */
  async appendAndDie(append: Append): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.send({ call: 0, append, dies: true });
    await exited;
  }

  stop(): Promise<void> {
    return end(this.#child, 'SIGTERM');
  }
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
