import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** What the program reads from its standard input. Default: nothing. */
  readonly input?: string;
  readonly signal?: AbortSignal;
}

/** What is needed, and how each says that it is there. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  javac: ['-version'],
  mvn: ['-version'],
  python3: ['-m', 'pip', '--version'],
};

/** Those that do not run here. */
export async function missingTools(): Promise<readonly string[]> {
  const runs = async ([tool, args]: [string, readonly string[]]): Promise<string | undefined> =>
    await run(tool, args).then(
      () => undefined,
      () => [tool, ...args].join(' '),
    );
  const missing = await Promise.all(Object.entries(TOOLS).map(runs));
  return missing.filter((tool) => tool !== undefined);
}

/** Standard output of a program. Throws, with what it said, when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { env = process.env, input = '', signal } = options;
  const child = spawn(command, args, { env, ...(signal ? { signal } : {}) });
  // A program that reads nothing may have ended by then.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed (${code}):\n${stdout}${stderr}`);
  return stdout;
}
