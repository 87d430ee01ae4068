import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from '../../src/worker/environment.ts';
import { type RunningProcess, runNode } from '../support/run-process.ts';
import type { Release } from './release.ts';
import { type Stream, TOPICS } from './topics.ts';

export interface FleetOptions {
  readonly temporalAddress: string;
  /** Of SNS. */
  readonly endpoint: string;
  readonly topicArns: Readonly<Record<string, string>>;
}

interface RunningClient {
  readonly child: ChildProcess;
}

/** Workers and clients, each in its place, which a process of another release may take. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #workers: (RunningProcess | undefined)[] = [];
  readonly #clients: (RunningClient | undefined)[] = [];
  /** Exit codes of workers that were told to stop. */
  readonly exitCodes: (number | null)[] = [];
  /** Of clients that have ended: aggregates, and how many events of them were accepted. */
  readonly published = new Map<string, number>();

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** As a rolling deployment does: the new one runs before the old one is told to stop. */
  async rollWorker(place: number, { worker }: Release, env: Environment = {}): Promise<void> {
    const { temporalAddress, endpoint, topicArns } = this.#options;
    const next = runNode([worker], {
      EVENT_TOPICS: JSON.stringify(topicArns),
      TEMPORAL_ADDRESS: temporalAddress,
      AWS_ENDPOINT_URL_SNS: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      ...env,
    });
    const previous = this.#workers[place];
    this.#workers[place] = next;
    await next.says('RUNNING');
    if (previous === undefined) return;
    previous.child.kill('SIGTERM');
    this.exitCodes.push((await previous.finished).code);
  }

  /** The application's way: the old one finishes its calls, and the new one goes on where it came to, with some new aggregates. */
  async rollClient(place: number, { client }: Release, added: readonly Stream[]): Promise<void> {
    const streams = [...(await this.#stopClient(place)), ...added];
    const child = fork(client, {
      execArgv: ['--import', 'tsx'],
      cwd: client.slice(0, client.lastIndexOf('/')),
      env: {
        ...process.env,
        TEMPORAL_ADDRESS: this.#options.temporalAddress,
        TOPICS: JSON.stringify(TOPICS),
        STREAMS: JSON.stringify(streams),
      },
    });
    this.#clients[place] = { child };
    await messageOf(child);
  }

  async stopClients(): Promise<void> {
    await Promise.all(this.#clients.map((_, place) => this.#stopClient(place)));
  }

  /** Whatever still runs. */
  kill(): void {
    for (const running of [...this.#workers, ...this.#clients]) running?.child.kill('SIGKILL');
  }

  async #stopClient(place: number): Promise<readonly Stream[]> {
    const child = this.#clients[place]?.child;
    if (child === undefined) return [];
    child.send('stop');
    const streams = (await messageOf(child)) as Stream[];
    for (const { topic, id, next } of streams)
      this.published.set(`${this.#options.topicArns[topic]} ${id}`, next - 1);
    this.#clients[place] = undefined;
    return streams;
  }
}

/** Rejects when it ends instead. */
async function messageOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`A client ended by itself [code=${code} signal=${signal}]`);
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  return message;
}
