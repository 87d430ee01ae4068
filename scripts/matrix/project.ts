import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Manifest } from './manifest.ts';
import { mustRun } from './run.ts';

/** Versions or ranges by package. */
export type Versions = Readonly<Record<string, string>>;

const PROBES = join(import.meta.dirname, 'probes');

/** Packs the package as `npm publish` would, without building it: the path of the tarball. */
export async function packTarball(root: string, into: string): Promise<string> {
  await mustRun('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', into], { cwd: root });
  const file = (await readdir(into)).find((name) => name.endsWith('.tgz'));
  if (file !== undefined) return join(into, file);
  throw new Error(`npm pack has left no tarball [folder=${into}]`);
}

/** A user's project in an empty folder, with the package installed from its tarball beside the given versions of its peers. */
export async function installProject(folder: string, tarball: string, versions: Versions): Promise<void> {
  await mkdir(folder, { recursive: true });
  const dependencies = { ...versions, 'temporal-event-topic': `file:${tarball}` };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  // `engines` of a peer would only be a warning otherwise, and a peer conflict is a fault of ours: never --force.
  await mustRun('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: folder });
  await copyProbes(folder);
}

/**
 * The same without a registry, from what is installed here: the unpacked tarball, and links to what the package declares, and to
 * nothing else. So an import that package.json does not declare, or a file that `files` leaves out, is found.
 */
export async function linkProject(root: string, folder: string, manifest: Manifest): Promise<void> {
  const modules = join(folder, 'node_modules');
  const target = join(modules, manifest.name);
  await mkdir(target, { recursive: true });
  const tarball = await packTarball(root, folder);
  await mustRun('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1'], { cwd: folder });
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, '@types/node': '' });
  for (const name of declared.filter((each) => existsSync(join(root, 'node_modules', each)))) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name), 'junction');
  }
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await copyProbes(folder);
}

function copyProbes(folder: string): Promise<void> {
  return cp(PROBES, folder, { recursive: true });
}
