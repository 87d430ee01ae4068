// Prints the software bill of materials of what users install with the package, as CycloneDX, from package-lock.json.
//
// Not `npm sbom --omit dev`: that leaves out what a development dependency happens to need as well, most of this package's. So npm is
// asked about a project that has no others. Peers are not in it: the user chooses them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DROPPED = ['devDependencies', 'peerDependencies', 'peerDependenciesMeta', 'scripts'];

const root = join(import.meta.dirname, '..');
const manifest = readJson('package.json');
const lock = readJson('package-lock.json');
const work = mkdtempSync(join(tmpdir(), 'event-topic-sbom-'));
try {
  // npm calls the package as its folder is called.
  const folder = join(work, manifest.name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(withoutOthers(manifest)));
  const packages = { ...lock.packages, '': withoutOthers(lock.packages['']) };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
  const options = ['--sbom-format', 'cyclonedx', '--sbom-type', 'library', '--package-lock-only'];
  process.stdout.write(execFileSync('npm', ['sbom', ...options], { cwd: folder }));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function withoutOthers(packageJson: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(packageJson).filter(([key]) => !DROPPED.includes(key)));
}

function readJson(file: string) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
