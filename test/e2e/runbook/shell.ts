// A shell as an operator has it: the built command line, the worker's executable and Temporal's own on the PATH.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { devServer, findExecutable, thisMachine } from '../../../src/testing/servers/executables.ts';

const DIST = join(import.meta.dirname, '../../../dist/esm/src');
const TERMINAL = join(import.meta.dirname, 'terminal.mjs');

export type Variables = Readonly<Record<string, string>>;

export interface Ran {
  readonly code: number | null;
  /** stdout and stderr, as a terminal shows them. */
  readonly output: string;
}

// Who started a process in the background ends it.
const NOTES: Readonly<Record<string, string>> = { 'event-topic-worker': 'echo $$ >>worker.pids\n' };

/** Puts the programs of the page into a folder, for the PATH. */
export async function installPrograms(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporal = await findExecutable(devServer, thisMachine());
  if (!('path' in temporal)) throw new Error('global-setup.ts has found it');
  const node = (...args: string[]): string => [process.execPath, ...args].map((arg) => `'${arg}'`).join(' ');
  const programs = {
    'event-topic': node('--import', TERMINAL, join(DIST, 'cli/main.js')),
    'event-topic-worker': node(join(DIST, 'worker.js')),
    psql: node(join(import.meta.dirname, 'psql.mjs')),
    temporal: `'${temporal.path}'`,
  };
  for (const [name, command] of Object.entries(programs))
    await writeFile(join(folder, name), `#!/bin/sh\n${NOTES[name] ?? ''}exec ${command} "$@"\n`, {
      mode: 0o755,
    });
}

/** Runs a script in a folder, in an environment that has `env` and the programs only. */
export async function runScript(
  script: string,
  { programs, cwd, env }: { readonly programs: string; readonly cwd: string; readonly env: Variables },
): Promise<Ran> {
  const { PATH = '' } = process.env;
  const path = join(cwd, 'terminal.txt');
  // One file for both: in two pipes, who wrote first would be lost.
  const file = openSync(path, 'w');
  const child = spawn('sh', ['-c', script], {
    cwd,
    env: {
      ...env,
      PATH: programs + delimiter + PATH,
      HOME: cwd,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    stdio: ['ignore', file, file],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  closeSync(file);
  const output = await readFile(path, 'utf8');
  await rm(path);
  return { code, output };
}
