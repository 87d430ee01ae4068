// Makes a version of the changesets that wait: their texts become the newest section of CHANGELOG.md, and package.json and
// package-lock.json get the version. Commits nothing: read the diff, make one voice of it, commit.
//
// The section is written here and not by changesets, whose own has headings by kind of version and says commits.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Changeset, releaseSection, withSection } from './changelog.ts';

interface ReleasePlan {
  readonly changesets: readonly Changeset[];
  readonly releases: readonly { readonly type: string; readonly newVersion: string }[];
}

const root = process.cwd();
const { changesets, releases } = readPlan();
const release = releases.find(({ type }) => type !== 'none');
if (release === undefined) {
  console.error('No changeset asks for a version: npx changeset writes one');
  process.exitCode = 1;
} else makeVersion(release.newVersion);

function makeVersion(version: string): void {
  const file = join(root, 'CHANGELOG.md');
  writeFileSync(file, withSection(readFileSync(file, 'utf8'), releaseSection(version, changesets)));
  changeset('version');
  // It does not know npm's lock file.
  execFileSync(
    'npm',
    ['version', version, '--allow-same-version', '--no-git-tag-version', '--ignore-scripts'],
    {
      cwd: root,
    },
  );
  console.log(`${version}: ${changesets.length} changesets. Read the diff, then commit.`);
}

/** `changeset status` takes a path relative to the project only. */
function readPlan(): ReleasePlan {
  const folder = mkdtempSync(join(tmpdir(), 'event-topic-plan-'));
  const file = join(folder, 'plan.json');
  try {
    changeset('status', '--output', relative(root, file));
    return JSON.parse(readFileSync(file, 'utf8')) as ReleasePlan;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function changeset(...args: readonly string[]): void {
  execFileSync('npx', ['--no-install', 'changeset', ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
