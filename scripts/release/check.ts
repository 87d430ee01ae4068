// Says everything that keeps the version in package.json from being published: node --import tsx scripts/release/check.ts
//
// In GitHub's workflow it also compares the tag and the repository. Exit code 1 when there is something.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReleaseFacts, releaseFaults } from './faults.ts';

const root = join(import.meta.dirname, '../..');
const faults = releaseFaults(readFacts());
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log('Nothing keeps it from being published.');

function readFacts(): ReleaseFacts {
  const { GITHUB_REF_TYPE, GITHUB_REF_NAME, GITHUB_REPOSITORY } = process.env;
  return {
    manifest: JSON.parse(read('package.json')),
    lockVersion: JSON.parse(read('package-lock.json')).version,
    changelog: read('CHANGELOG.md'),
    changesets: readdirSync(join(root, '.changeset')).filter(
      (name) => /\.md$/.test(name) && name !== 'README.md',
    ),
    changed: execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' }),
    ...(GITHUB_REF_TYPE === 'tag' && GITHUB_REF_NAME ? { tag: GITHUB_REF_NAME } : {}),
    ...(GITHUB_REPOSITORY ? { publishedFrom: GITHUB_REPOSITORY } : {}),
  };
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
