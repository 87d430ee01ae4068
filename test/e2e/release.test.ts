import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { releaseSection, sectionOf, withSection } from '../../scripts/release/changelog.ts';
import { type ReleaseFacts, releaseFaults } from '../../scripts/release/faults.ts';
import { runNode } from '../support/run-process.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly needs?: string;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly 'cancel-in-progress': unknown };
  readonly jobs: Readonly<Record<string, Job>>;
}

const root = join(import.meta.dirname, '../..');
const { load } = createRequire(import.meta.url)('js-yaml') as { load(text: string): unknown };
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const workflow = (name: string): Workflow => load(read(`.github/workflows/${name}`)) as Workflow;
const steps = ({ jobs }: Workflow): Step[] => Object.values(jobs).flatMap((job) => job.steps);
const { scripts, dependencies } = JSON.parse(read('package.json'));

describe.each(readdirSync(join(root, '.github/workflows')))('the workflow %s', (name) => {
  const text = read(`.github/workflows/${name}`);
  const parsed = workflow(name);

  it('runs only actions that are pinned by commit, with the version as a comment', () => {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(uses.length).toBe(steps(parsed).filter((step) => step.uses).length);
    for (const line of uses) expect(line).toMatch(/uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('calls scripts and files that exist', () => {
    const commands = steps(parsed).flatMap(({ run = '' }) => run.split('\n'));
    const called = commands.flatMap((line) => /npm run (?:--silent )?([\w:]+)/.exec(line)?.[1] ?? []);
    expect(called.length).toBeGreaterThan(0);
    expect(called.filter((script) => !(script in scripts))).toEqual([]);
    expect(commands).toContain('.ci/run');
    expect(() => read('.ci/run')).not.toThrow();
  });

  it('takes no text of a pull request or a tag into a command, and keeps no credentials', () => {
    for (const { run = '' } of steps(parsed)) expect(run).not.toContain('${{');
    for (const step of steps(parsed).filter(({ uses = '' }) => uses.startsWith('actions/checkout@')))
      expect(step.with?.['persist-credentials']).toBe(false);
    expect(text).not.toMatch(/secrets\.|pull_request_target|NODE_AUTH_TOKEN/);
  });

  it('ends, and does not run beside itself', () => {
    expect(parsed.concurrency).toBeDefined();
    for (const job of Object.values(parsed.jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
  });
});

describe('permissions', () => {
  it('CI only reads', () => {
    const { permissions, jobs } = workflow('ci.yml');
    expect(permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(jobs)) expect(job.permissions).toBeUndefined();
  });

  it('only the job that publishes can sign, and runs nothing but npm; only the last one can write', () => {
    const { permissions, jobs, concurrency } = workflow('release.yml');
    expect(permissions).toEqual({});
    expect(Object.values(jobs).map((job) => job.permissions)).toEqual([
      { contents: 'read' },
      { 'id-token': 'write' },
      { contents: 'write' },
    ]);
    expect(jobs['publish']?.needs).toBe('pack');
    expect(jobs['publish']?.steps.flatMap(({ run }) => run ?? [])).toEqual([
      'npm publish ./release/*.tgz --provenance --access public --ignore-scripts',
    ]);
    // Half a release would be worse than a late one.
    expect(concurrency['cancel-in-progress']).toBe(false);
  });
});

describe('the changelog', () => {
  const changesets = [
    { summary: '`topic.status(id)` says more.\n\nUpgrade: Deploy workers before clients.' },
    { summary: '- Fixed: one thing.\n- Fixed: another.' },
  ];
  const section = [
    '## 0.4.0',
    '',
    '- `topic.status(id)` says more.',
    '- Fixed: one thing.',
    '- Fixed: another.',
    '',
    'Deploy workers before clients.',
    '',
  ].join('\n');

  it('gets a section of the changesets, as it is written by hand', () => {
    expect(releaseSection('0.4.0', changesets)).toBe(section);
    const before = '# Changelog\n\n## 0.3.0\n\n- Earlier.\n';
    const after = withSection(before, section);
    expect(after).toBe(`# Changelog\n\n${section}\n## 0.3.0\n\n- Earlier.\n`);
    expect(sectionOf(after, '0.4.0')).toBe(section.slice('## 0.4.0\n\n'.length).trim());
    expect(sectionOf(after, '0.3.0')).toBe('- Earlier.');
    expect(sectionOf(after, '0.3')).toBeUndefined();
  });

  it('has the section of every release before this one', () => {
    expect(sectionOf(read('CHANGELOG.md'), '0.1.0')).toContain('First version');
  });
});

describe('what keeps a version from being published', () => {
  const good: ReleaseFacts = {
    manifest: { version: '0.4.0', repository: { url: 'git+https://git.example/shop/events.git' } },
    lockVersion: '0.4.0',
    changelog: '# Changelog\n\n## 0.4.0\n\n- New.\n',
    changesets: [],
    changed: '',
    tag: 'v0.4.0',
    publishedFrom: 'shop/events',
  };

  it('is nothing when all is there', () => {
    expect(releaseFaults(good)).toEqual([]);
  });

  it.each<[string, Partial<ReleaseFacts>, string]>([
    [
      'no repository',
      { manifest: { version: '0.4.0' } },
      'package.json has no repository, and npm takes no provenance',
    ],
    [
      'another one',
      { publishedFrom: 'shop/Events' },
      'package.json names another repository than the one that publishes',
    ],
    ['a private package', { manifest: { ...good.manifest, private: true } }, 'package.json says private'],
    ['another lock', { lockVersion: '0.3.0' }, 'of another version [lock=0.3.0 package=0.4.0]: npm install'],
    [
      'no section',
      { changelog: '## 0.3.0\n\n- Old.\n' },
      'CHANGELOG.md says nothing about the version [version=0.4.0]',
    ],
    ['an unreleased one', { changelog: '## 0.4.0\n\n- New.\n\n## 0.3.0 (unreleased)\n' }, '[section=0.3.0]'],
    ['changesets', { changesets: ['a.md'] }, 'Changesets wait for a version [changesets=a.md]'],
    [
      'changes',
      { changed: ' M package.json\n' },
      'The work tree has changes: commit them, or take them back\n M package.json',
    ],
    ['another tag', { tag: 'v0.3.0' }, 'The tag is of another version [tag=v0.3.0 version=0.4.0]'],
  ])('is %s', (_, facts, fault) => {
    expect(releaseFaults({ ...good, ...facts })).toEqual([expect.stringContaining(fault)]);
  });

  it('is said all at once', () => {
    const facts = { ...good, lockVersion: '0', changed: ' M a', changesets: ['a.md'] };
    expect(releaseFaults(facts)).toHaveLength(3);
  });
});

describe('the checklist', () => {
  it('calls scripts and paths that exist', () => {
    const text = read('docs/guides/release.md') + read('CONTRIBUTING.md') + read('.changeset/README.md');
    const called = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script = '']) => script);
    expect(new Set(called).size).toBeGreaterThan(5);
    expect(called.filter((script) => !(script in scripts))).toEqual([]);
    for (const [, folder = ''] of text.matchAll(/vitest run (test\/\w+)/g))
      expect(readdirSync(join(root, folder))).not.toEqual([]);
  });
});

describe('changesets', () => {
  it('are asked for when what users get is changed, and write no changelog of their own', () => {
    const config = JSON.parse(read('.changeset/config.json'));
    expect(config).toMatchObject({ changelog: false, access: 'public', baseBranch: 'main' });
    expect(config.changedFilePatterns).toEqual(['src/**', 'infra/components/**']);
  });
});

describe('the software bill of materials', () => {
  it('has each package that users install with this one, at the version that is installed here, and no other', async () => {
    const { code, stdout, stderr } = await runNode(['--import', 'tsx', join(root, 'scripts/sbom.ts')])
      .finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const bom = JSON.parse(stdout);
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    expect(bom.metadata.component).toMatchObject({ name: 'temporal-event-topic', type: 'library' });
    const listed = execFileSync('npm', ['ls', '--omit', 'dev', '--all', '--parseable', '--long'], {
      cwd: root,
      encoding: 'utf8',
    });
    const installed = listed
      .split('\n')
      .flatMap((line) => line.split(':')[1] ?? [])
      .slice(1);
    expect(installed.length).toBeGreaterThan(Object.keys(dependencies).length);
    const refs = bom.components.map((component: { readonly 'bom-ref': string }) => component['bom-ref']);
    expect(refs.sort()).toEqual([...new Set(installed)].sort());
    for (const { hashes, licenses } of bom.components)
      expect([hashes.length, licenses.length]).toEqual([1, 1]);
  });

  it('is explained: SECURITY.md has a reason for each dependency', () => {
    const rows = [...read('SECURITY.md').matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual(Object.keys(dependencies).sort());
  });
});
