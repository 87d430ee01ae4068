import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  cachedExecutable,
  devServer,
  type Machine,
  thisMachine,
  whyNotExecutable,
} from '../../src/testing/servers/executables.ts';

const run = promisify(execFile);

/** What Debian's package `prometheus` holds: the server, and the tool that checks rules. */
export type PrometheusProgram = 'prometheus' | 'promtool';

/** Its path: on the PATH, in the cache beside Temporal's servers, or from Debian's package, which is unpacked there and not installed. */
export async function findPrometheus(
  program: PrometheusProgram,
  machine: Machine = thisMachine(),
): Promise<string> {
  const { env, platform } = machine;
  const cache = cacheOf(machine);
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), join(cache, 'usr/bin')];
  for (const folder of folders) {
    const path = join(folder, program);
    if ((await whyNotExecutable(path, platform)) === undefined) return path;
  }
  await downloadFromDebian(cache, machine).catch((error: unknown) => {
    throw new Error(
      `There is no ${program} on the PATH or in ${cache}, and no package: ${reasonOf(error)}. Install Prometheus, or run "apt-get update"`,
      { cause: error },
    );
  });
  return join(cache, 'usr/bin', program);
}

function cacheOf(machine: Machine): string {
  return join(dirname(dirname(cachedExecutable(devServer, machine))), 'prometheus');
}

/** Safe in parallel: each caller unpacks into a folder of its own, and moves it into place in one step. */
async function downloadFromDebian(cache: string, { report }: Machine): Promise<void> {
  await mkdir(dirname(cache), { recursive: true });
  const work = await mkdtemp(`${cache}-download-`);
  try {
    report('fetching Prometheus (19 MB, once) …');
    await run('apt-get', ['download', '--quiet', 'prometheus'], { cwd: work, timeout: 300_000 });
    const [archive] = (await readdir(work)).filter((name) => name.endsWith('.deb'));
    if (archive === undefined) throw new Error('apt-get downloaded nothing');
    const unpacked = join(work, 'unpacked');
    await run('dpkg-deb', ['-x', archive, unpacked], { cwd: work });
    // Another process may have been first: its files are as good.
    await rename(unpacked, cache).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    report(`… done, cached in ${cache}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function reasonOf(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
  return stderr?.trim().split('\n').at(-1) || message;
}
