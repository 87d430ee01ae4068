import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProcess {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves when a line of stderr holds `text`. */
  says(text: string): Promise<void>;
}

/** Runs a Node program with nothing of this process's environment but what every program needs. */
export function runNode(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): RunningProcess {
  const { PATH = '', HOME = '' } = process.env;
  const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const child = spawn(process.execPath, args, { env: { PATH, HOME, ...quiet, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const finished = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  const says = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) {
      if (child.exitCode !== null) throw new Error(`Ended before it said "${text}": ${stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { child, finished, says };
}
