import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type AttemptNews, Attempts } from './attempts.ts';

/** One request of a worker to SNS. */
export const REQUEST_TIMEOUT_MS = 1_500;

/** Some of them end before it is frozen. */
const BUSY_ATTEMPTS = 3;

export interface WorkersOptions {
  readonly temporalAddress: string;
  readonly topicArns: Readonly<Record<string, string>>;
  readonly eventLogUrl: string;
  endpointOf(worker: string): string;
}

/** A worker process that was killed. */
export interface Kill {
  readonly worker: string;
  readonly at: number;
}

/** One that did nothing for a while. */
export interface Freeze extends Kill {
  until: number;
}

/** The worker processes: each place is taken by one, and by a new one when that was killed. */
export class Workers {
  readonly #options: WorkersOptions;
  readonly #places: { name: string; child: ChildProcess }[] = [];
  #started = 0;
  readonly kills: Kill[] = [];
  readonly freezes: Freeze[] = [];
  readonly attempts = new Attempts();
  /** Workers that ended by themselves. */
  readonly errors: string[] = [];
  #isStopping = false;

  constructor(options: WorkersOptions) {
    this.#options = options;
  }

  /** Resolves when the place has a worker that polls. */
  async start(place: number): Promise<void> {
    if (this.#isStopping) throw new Error('The workers are stopped');
    this.#started += 1;
    const name = `worker-${this.#started}`;
    const child = fork(join(import.meta.dirname, 'worker.ts'), {
      cwd: join(import.meta.dirname, '../..'),
      execArgv: ['--import', 'tsx'],
      env: {
        ...process.env,
        TEMPORAL_ADDRESS: this.#options.temporalAddress,
        EVENT_TOPICS: JSON.stringify(this.#options.topicArns),
        EVENT_LOG_URL: this.#options.eventLogUrl,
        AWS_ENDPOINT_URL_SNS: this.#options.endpointOf(name),
        REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
        // Faults that the SDK's own retries cure, and faults that come through.
        SDK_MAX_ATTEMPTS: place % 2 === 0 ? '3' : '1',
      },
    });
    this.#places[place] = { name, child };
    const ended = once(child, 'exit').then(([code, signal]) => {
      const isKilled = this.kills.some(({ worker }) => worker === name);
      if (!isKilled && !this.#isStopping)
        this.errors.push(`${name} ended by itself [code=${code} signal=${signal}]`);
    });
    await Promise.race([once(child, 'message'), ended]);
    child.on('message', (news: AttemptNews) => this.attempts.add(name, news));
  }

  /** Ends it as a crash would: no goodbye, whatever it is doing. */
  async kill(place: number): Promise<void> {
    const { name, child } = this.#places[place] ?? {};
    if (name === undefined || child === undefined || hasEnded(child)) return;
    this.kills.push({ worker: name, at: Date.now() });
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** As when its machine is paused, or too busy. False when it has too little to do for that to matter. */
  freeze(place: number): boolean {
    const { name, child } = this.#places[place] ?? {};
    if (name === undefined || this.attempts.underWay(name) < BUSY_ATTEMPTS) return false;
    this.freezes.push({ worker: name, at: Date.now(), until: Number.POSITIVE_INFINITY });
    return child?.kill('SIGSTOP') ?? false;
  }

  thaw(place: number): void {
    const { name, child } = this.#places[place] ?? {};
    child?.kill('SIGCONT');
    for (const freeze of this.freezes)
      if (freeze.worker === name) freeze.until = Math.min(freeze.until, Date.now());
  }

  /** Ends all of them; not counted as kills. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(
      this.#places.map(async ({ child }) => {
        if (hasEnded(child)) return;
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      }),
    );
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
