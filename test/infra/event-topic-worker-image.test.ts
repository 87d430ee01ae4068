import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const dockerfile = readFileSync(resolve(root, 'infra/worker-image/Dockerfile'), 'utf8');
const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));

describe("the worker's image", () => {
  it('installs the packages that the worker loads, in the versions that this package is tested with', () => {
    const loaded = packagesOf('src/worker.ts', 'src/workflows/index.ts');
    // The package itself brings its own dependencies, and has @temporalio/client as the peer of others.
    const wanted = [...loaded].filter((name) => !(name in manifest.dependencies));

    expect(installed().get(manifest.name)).toBe(manifest.version);
    expect([...installed().keys()]).toEqual(expect.arrayContaining(wanted));
    for (const [name, version] of installed()) {
      if (name !== manifest.name)
        expect(`${name}@${version}`).toBe(`${name}@${manifest.devDependencies[name]}`);
    }
  });

  it('is based on glibc, and runs as a user who is not root', () => {
    const stages = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);

    expect(stages).toHaveLength(2);
    for (const stage of stages) expect(stage).toMatch(/^node:\S+-bookworm-slim$/);
    expect(dockerfile.match(/^USER (.*)$/gm)).toEqual(['USER 1000:1000']);
  });

  it('starts the executable of this package', () => {
    const [entrypoint] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]');

    expect(Object.keys(manifest.bin)).toContain(entrypoint.split('/').at(-1));
  });
});

/** `name@version` of the Dockerfile, with its arguments filled in. */
function installed(): Map<string, string> {
  const args = new Map(
    [...dockerfile.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
  );
  return new Map(
    [...dockerfile.matchAll(/^ {6}(\S+)@\$\{(\w+)\}/gm)].map(([, name = '', arg]) => [
      name,
      args.get(arg) ?? '',
    ]),
  );
}

/** The packages that these files load, directly and through other files of this package. */
function packagesOf(...entries: string[]): Set<string> {
  const [files, packages] = [new Set<string>(), new Set<string>()];
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const imported of importsOf(readFileSync(file, 'utf8'))) {
      if (imported.startsWith('.')) visit(resolve(dirname(file), imported));
      else if (!imported.startsWith('node:')) packages.add(packageOf(imported));
    }
  };
  for (const entry of entries) visit(resolve(root, entry));
  return packages;
}

function importsOf(source: string): string[] {
  const ofCode = source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)'|import\('([^']+)'\)/gm);
  return [...ofCode].map(([, fixed, dynamic]) => fixed ?? dynamic ?? '');
}

function packageOf(imported: string): string {
  return imported
    .split('/')
    .slice(0, imported.startsWith('@') ? 2 : 1)
    .join('/');
}
