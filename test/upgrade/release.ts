import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const PACKAGE = 'temporal-event-topic';

/** A release of this package, installed in a folder of its own. */
export interface Release {
  /** The worker's executable. */
  readonly worker: string;
  /** A program that publishes: see client.ts. */
  readonly client: string;
}

/** The state of this work tree, as it would be published. */
export function packWorkTree(destination: string): string {
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', destination];
  return join(destination, execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim());
}

/** What the package needs beside itself is that of the work tree: all releases so far take the same version of Temporal's SDK. */
export function installRelease(tarball: string, folder: string): Release {
  const [from, to] = [join(root, 'node_modules'), join(folder, 'node_modules')];
  const installed = join(to, PACKAGE);
  mkdirSync(installed, { recursive: true });
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name));
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const client = join(folder, 'client.ts');
  copyFileSync(join(import.meta.dirname, 'client.ts'), client);
  return { worker: join(installed, 'dist/esm/src/worker.js'), client };
}
