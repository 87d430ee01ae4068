import { join } from 'node:path';
import { runCli } from '../support/cli.ts';
import { type Finished, type RunningProcess, runNode } from '../support/run-process.ts';

const AWS = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
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

/** Runs the command line in this process, with nothing of its environment but what every program needs: a process costs a second of CPU. */
export async function cli(args: readonly string[], { input = '', env = {} }: RunOptions = {}): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env;
  const { exitCode: code, stdout, stderr } = await runCli(args, { PATH, HOME, ...AWS, ...env }, input);
  return toRan({ code, stdout, stderr });
}

/** Runs the built executable as a process of its own, and waits for its end. */
export async function cliProcess(
  args: readonly string[],
  { input = '', env = {} }: RunOptions = {},
): Promise<Ran> {
  const running = startCli(args, env);
  running.child.stdin?.end(input);
  return toRan(await running.finished);
}

function toRan(finished: Finished): Ran {
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
  return runNode([EXECUTABLE, ...args], { ...AWS, ...env });
}
