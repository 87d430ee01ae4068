import type { Manifest } from './manifest.ts';
import type { Versions } from './project.ts';
import { mustRun } from './run.ts';

/** Which versions of the peers a project has: those that the tests run with, the oldest or the newest of what the ranges let in. */
export type PeerSet = 'current' | 'lowest' | 'newest';

export const PEER_SETS: readonly PeerSet[] = ['current', 'lowest', 'newest'];

/** A version of each peer. Asks the registry which versions there are, but for `current`. */
export async function peerVersions(set: PeerSet, manifest: Manifest): Promise<Versions> {
  const versions: Record<string, string> = {};
  for (const [name, range] of Object.entries(manifest.peerDependencies)) {
    if (set === 'current') versions[name] = manifest.devDependencies[name] ?? range;
    else versions[name] = pick(set, await published(`${name}@${range}`));
  }
  return versions;
}

async function published(specification: string): Promise<string[]> {
  const json = await mustRun('npm', ['view', specification, 'version', '--json'], { cwd: process.cwd() });
  const found = json.trim() === '' ? [] : ([JSON.parse(json)].flat() as string[]);
  const stable = found.filter((version) => /^\d+\.\d+\.\d+$/.test(version)).sort(compareVersions);
  if (stable.length > 0) return stable;
  throw new Error(`No release fits a peer range [peer=${specification}]`);
}

function pick(set: 'lowest' | 'newest', sorted: readonly string[]): string {
  return sorted.at(set === 'lowest' ? 0 : -1) ?? '';
}

/** By number, part for part: npm's own list is not sorted. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const part = [0, 1, 2].find((index) => left?.[index] !== right?.[index]) ?? 0;
  return (left?.[part] ?? 0) - (right?.[part] ?? 0);
}
