// Installs the packed package in throw-away projects, and checks what it says to support: CONTRIBUTING, "Release".
//
//   node --import tsx scripts/matrix/main.ts [--node 20.3.0,22.23.5 | current] [--peers current,lowest,newest] [--typescript 5.9.3,6.0.3]
//
// Under each Node, with each set of peers: every entry imported and required, every executable's --help, the workflows bundled, and
// the whole chain from publish to collector. With each TypeScript: a program that uses every entry, as ES module and as CommonJS,
// by node16, nodenext and bundler. Prints a line for each; the exit code is 1 when one is wrong. Needs a registry.
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Cell, cellText, check } from './cell.ts';
import { lowestNode, type Manifest, readManifest } from './manifest.ts';
import { findNode, NODE_LINES } from './nodes.ts';
import { PEER_SETS, type PeerSet, peerVersions } from './peers.ts';
import { installProject, packTarball } from './project.ts';
import { killRunning, mustRun } from './run.ts';
import { checkBins, checkBundle, checkChain, checkEntries } from './runtime-checks.ts';
import { checkTypes, RESOLUTIONS, type Resolution } from './type-checks.ts';

/** The last release of each major version that users have. */
const TYPESCRIPTS = ['5.9.3', '6.0.3', '7.0.2'];

const root = join(import.meta.dirname, '../..');
const manifest = readManifest(root);
const { values } = parseArgs({
  options: {
    node: { type: 'string', default: [lowestNode(manifest), ...NODE_LINES].join() },
    peers: { type: 'string', default: PEER_SETS.join() },
    typescript: { type: 'string', default: TYPESCRIPTS.join() },
  },
});

const work = await mkdtemp(join(tmpdir(), 'event-topic-matrix-'));
const wrong: Cell[] = [];
process.once('exit', () => rmSync(work, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    killRunning();
    process.exit(1);
  });

await main();
console.log(wrong.length === 0 ? 'The whole matrix is fine.' : `${wrong.length} wrong.`);
if (wrong.length > 0) process.exitCode = 1;

async function main(): Promise<void> {
  const tarball = await packTarball(root, work);
  for (const set of list(values.peers) as PeerSet[]) {
    const folder = join(work, set);
    const versions = { ...(await peerVersions(set, manifest)), '@types/node': nodeTypes(manifest) };
    const installed = await cell(`${set} peers`, 'npm install', async () => {
      await installProject(folder, tarball, versions);
      return Object.entries(versions)
        .map((pair) => pair.join('@'))
        .join(' ');
    });
    if (!installed) continue;
    for (const version of list(values.node)) await checkNode(set, folder, version);
    for (const version of list(values.typescript)) await checkTypeScript(set, folder, version);
  }
}

async function checkNode(set: PeerSet, folder: string, version: string): Promise<void> {
  const node = await findNode(version);
  const place = { folder, manifest, node };
  const row = `Node ${node.version}, ${set} peers`;
  await cell(row, 'import, require', () => checkEntries(place));
  await cell(row, 'executables', () => checkBins(place));
  await cell(row, 'workflow bundle', () => checkBundle(place));
  await cell(row, 'publish and collect', () => checkChain(place));
}

async function checkTypeScript(set: PeerSet, project: string, version: string): Promise<void> {
  const resolutions = set === 'current' ? RESOLUTIONS : RESOLUTIONS.filter(isUsual);
  const tsc = await installTypeScript(version);
  for (const resolution of resolutions) {
    const { moduleResolution, format } = resolution;
    await cell(`TypeScript ${version}, ${set} peers`, `${moduleResolution}, ${format}`, () =>
      checkTypes({ project, manifest, tsc, resolution }),
    );
  }
}

/** How modules are found does not depend on the versions of peers; their types do. */
function isUsual({ moduleResolution, format }: Resolution): boolean {
  return moduleResolution === 'nodenext' && format === 'ESM';
}

/** In a folder of its own: the versions that packages want of it as a peer are not what is checked here. */
async function installTypeScript(version: string): Promise<string> {
  const prefix = join(work, `typescript-${version}`);
  await mustRun('npm', ['install', '--no-save', '--prefix', prefix, `typescript@${version}`], { cwd: work });
  return join(prefix, 'node_modules/typescript/bin/tsc');
}

/** Prints the line at once, for the whole takes a quarter of an hour; says whether it is fine. */
async function cell(row: string, column: string, what: () => Promise<string>): Promise<boolean> {
  const begun = performance.now();
  const done = await check(row, column, what);
  console.log(`${String(Math.round((performance.now() - begun) / 1_000)).padStart(4)} s ${cellText(done)}`);
  if (!done.ok) wrong.push(done);
  return done.ok;
}

function list(commaSeparated: string): string[] {
  return commaSeparated.split(',').filter(Boolean);
}

function nodeTypes({ devDependencies }: Manifest): string {
  return devDependencies['@types/node'] ?? '*';
}
