import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  /** What it wrote to both, in the order in which it came. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** Beside PATH, HOME and what npm is told by its environment. Default: nothing. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which it is killed. Default: ten minutes, long enough for an install on a slow line. */
  readonly timeout?: number;
}

const running = new Set<ChildProcess>();
const TEN_MINUTES = 10 * 60_000;

/** Runs a program to its end, whatever its exit code: what that means is the caller's to say. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const { cwd, env = {}, timeout = TEN_MINUTES } = options;
  // A process group of its own, so that no server that it started is left behind.
  const child = spawn(command, args, { cwd, detached: true, env: { ...inherited(), ...env } });
  running.add(child);
  const timer = setTimeout(() => killGroup(child), timeout);
  child.stdin.end();
  let stdout = '';
  let output = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'close').finally(() => {
    clearTimeout(timer);
    running.delete(child);
  });
  return { code, stdout, output };
}

/** The same, for a program that has to succeed: what it wrote to stdout. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const { code, stdout, output } = await run(command, args, options);
  if (code === 0) return stdout;
  throw new Error(`${[command, ...args].join(' ')} failed [status=${code}]: ${output.trim()}`);
}

/** Ends what still runs, when this process is told to end before it has. */
export function killRunning(): void {
  for (const child of running) killGroup(child);
}

/** Not SIGTERM: Temporal's worker would take it as a request to finish first. */
function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

/** How npm reaches its registry, and where things lie. */
const INHERITED =
  /^(PATH|HOME|TMPDIR|XDG_CACHE_HOME|(https?|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|npm_config_(registry|cache|cafile|userconfig|https?_proxy|noproxy))$/i;

/** Not NODE_OPTIONS and the like: a check must not depend on who started it. */
function inherited(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([key]) => INHERITED.test(key));
  return Object.fromEntries(entries) as Record<string, string>;
}
