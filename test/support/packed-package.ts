import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Does in a folder what `npm install` of the packed package and of these others does, without a registry: they are links to what is installed here. What is
 * neither named nor a dependency of the package is not there.
 */
export async function installPacked(folder: string, packages: readonly string[]): Promise<void> {
  const modules = join(folder, 'node_modules');
  const manifest = await unpack(modules);
  for (const name of [...Object.keys(manifest.dependencies), ...packages]) await link(modules, name);
  await mkdir(join(modules, '.bin'));
  for (const [command, file] of Object.entries(manifest.bin)) {
    const path = join(modules, manifest.name, file);
    await chmod(path, 0o755);
    await symlink(path, join(modules, '.bin', command));
  }
}

async function unpack(modules: string): Promise<Manifest> {
  const packed = await mkdtemp(join(tmpdir(), 'event-topic-packed-'));
  try {
    // Without its scripts: what is built is tested, as everywhere here.
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', packed];
    const [{ filename }] = JSON.parse((await run('npm', pack, { cwd: root })).stdout) as [
      { filename: string },
    ];
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
    const target = join(modules, manifest.name);
    await mkdir(target, { recursive: true });
    await run('tar', ['-xzf', join(packed, filename), '-C', target, '--strip-components', '1']);
    return manifest;
  } finally {
    await rm(packed, { recursive: true });
  }
}

async function link(modules: string, name: string): Promise<void> {
  const path = join(modules, name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(join(root, 'node_modules', name), path);
}
