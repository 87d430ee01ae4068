import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../scripts/matrix/manifest.ts';
import { linkProject } from '../../scripts/matrix/project.ts';
import {
  checkBins,
  checkBundle,
  checkEntries,
  entryNames,
  type Place,
} from '../../scripts/matrix/runtime-checks.ts';
import { checkTypes, type Resolution } from '../../scripts/matrix/type-checks.ts';

const root = join(import.meta.dirname, '../..');
/** Pulumi's types alone take a compiler ten seconds of CPU. */
const COMPILER_TIMEOUT_MS = 240_000;
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

// The row of this Node, with the peers that are installed here; `npm run matrix` checks all others, by real installs.
describe('a project that has the packed package, and of other packages what it declares', () => {
  const manifest = readManifest(root);
  let place: Place;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'event-topic-package-'));
    await linkProject(root, folder, manifest);
    place = { folder, manifest, node: { version: process.versions.node, executable: process.execPath } };
  });
  afterAll(() => rm(place.folder, { recursive: true, force: true }));

  it('imports and requires every entry, with the same names', async () => {
    expect(await checkEntries(place)).toBe(
      `${Object.keys(manifest.exports).length - 1} entries, import and require`,
    );
    expect((await entryNames(place, 'import.mjs'))['temporal-event-topic/client']).toContain('EventTopic');
  });

  it('runs every executable', async () => {
    expect(await checkBins(place)).toBe('event-topic, event-topic-worker --help');
  });

  it('bundles the workflows from modules of its own', async () => {
    expect(await checkBundle(place)).toBe('bundled');
  });

  it.each<Resolution>([
    { moduleResolution: 'node16', format: 'CJS' },
    { moduleResolution: 'bundler', format: 'ESM' },
  ])(
    'finds the types of every entry by $moduleResolution in $format',
    async (resolution) => {
      await checkTypes({ project: place.folder, manifest, tsc, resolution, skipLibCheck: true });
    },
    COMPILER_TIMEOUT_MS,
  );

  it('holds what it is for, and nothing of how it is made', async () => {
    const entries = await readdir(join(place.folder, 'node_modules', manifest.name), { recursive: true });
    const tops = new Set(entries.map((entry) => entry.split('/')[0]));
    expect([...tops].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docs',
      'observability',
      'package.json',
    ]);
    expect(entries.filter((entry) => /\.tsbuildinfo$|\.test\.|(?<!\.d)\.[cm]?ts$/.test(entry))).toEqual([]);
  });

  it(
    'is told which entry cannot be imported, which has no types, and which executable is missing',
    async () => {
      const wrong = {
        ...manifest,
        exports: { './client': {}, './nowhere': {} },
        bin: { 'event-topic': 'dist/nowhere.js' },
      };
      await expect(checkEntries({ ...place, manifest: wrong })).rejects.toThrow(
        /^temporal-event-topic\/nowhere: .*Package subpath/,
      );
      await expect(checkBins({ ...place, manifest: wrong })).rejects.toThrow(
        'event-topic: its file is not in the tarball [file=dist/nowhere.js]',
      );
      const resolution = { moduleResolution: 'bundler', format: 'CJS' } as const;
      const check = { project: place.folder, manifest: wrong, tsc, resolution, skipLibCheck: true };
      await expect(checkTypes(check)).rejects.toThrow("Cannot find module 'temporal-event-topic/nowhere'");
    },
    COMPILER_TIMEOUT_MS,
  );
});
