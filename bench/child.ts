import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What a process answers to: functions by name, of plain values. */
export type Answers = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly number: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Called in the forked process, last: it is ready. The process ends with its parent. */
export function serve(answers: Answers): void {
  process.once('disconnect', () => process.exit());
  process.on('message', async ({ number, name, argument }: Question) => {
    try {
      const value = await answers[name]?.(argument as never);
      process.send?.({ number, value } satisfies Answer);
    } catch (error) {
      process.send?.({ number, error: error instanceof Error ? String(error.stack) : String(error) });
    }
  });
  process.send?.('ready');
}

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where to write its CPU profile. Undefined: nowhere. */
  readonly profileFolder?: string | undefined;
}

/** A process of the benchmark's own, so that what it does takes no time from others' threads and can be measured. */
export class Child<Served extends Answers> {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;

  private constructor(child: ChildProcess) {
    this.#process = child;
    child.on('message', (answer: Answer) => this.#settle(answer));
    child.once('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`A process of the benchmark ended by itself [code=${code} signal=${signal}]`));
    });
  }

  /** Forks a file of this folder; resolves when it is ready. */
  static async start<Served extends Answers>(
    file: string,
    { env = {}, profileFolder }: ChildOptions = {},
  ): Promise<Child<Served>> {
    const profile = profileFolder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profileFolder];
    const child = fork(join(import.meta.dirname, file), {
      execArgv: ['--import', 'tsx', ...profile],
      env: { ...process.env, ...env },
    });
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`${file} ended before it was ready [code=${code}]`);
    });
    await Promise.race([once(child, 'message'), failed]);
    return new Child<Served>(child);
  }

  ask<Name extends keyof Served & string>(
    name: Name,
    argument?: Parameters<Served[Name]>[0],
  ): Promise<Awaited<ReturnType<Served[Name]>>> {
    const waiting = withResolvers<unknown>();
    this.#asked += 1;
    this.#waiting.set(this.#asked, waiting);
    this.#process.send({ number: this.#asked, name, argument } satisfies Question);
    return waiting.promise as Promise<Awaited<ReturnType<Served[Name]>>>;
  }

  /** Ends it by closing its channel: it exits, and writes its profile. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }

  #settle({ number, value, error }: Answer): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(reason: unknown): void;
}

// Node 20 has no Promise.withResolvers.
function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((...settle) => {
    [resolve, reject] = settle;
  });
  return { promise, resolve, reject };
}
