import { join } from 'node:path';
import { type Finished, type RunningProcess, runNode } from '../support/run-process.ts';

const EXECUTABLE = join(import.meta.dirname, '../../dist/esm/src/cli/main.js');

/** What a run of the command line came to. */
export interface Ran extends Finished {
  /** What stdout has, as one JSON value. */
  readonly json: unknown;
  /** Lines of stderr, each as JSON. */
  readonly told: readonly Record<string, unknown>[];
}

export interface RunOptions {
  /** Standard input. Default: empty. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the built executable as a process of its own, and waits for its end. */
export async function cli(args: readonly string[], { input = '', env = {} }: RunOptions = {}): Promise<Ran> {
  const running = startCli(args, env);
  running.child.stdin?.end(input);
  const finished = await running.finished;
  return {
    ...finished,
    get json() {
      return JSON.parse(finished.stdout) as unknown;
    },
    get told() {
      return finished.stderr
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    },
  };
}

/** The same, still running, with standard input open. */
export function startCli(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningProcess {
  const aws = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
  return runNode([EXECUTABLE, ...args], { ...aws, ...env });
}
