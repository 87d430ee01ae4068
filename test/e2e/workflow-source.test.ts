import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runNode } from '../support/run-process.ts';

const root = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'event-topic-dist-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** What the built package in `folder` chooses for a worker with the given options. */
async function choose(folder: string, options: unknown): Promise<string> {
  const module = join(folder, 'dist/esm/src/worker/workflow-source.js');
  const script = `import('${module}').then((m) => console.log(Object.keys(m.workflowSource(${JSON.stringify(options)}))[0]))`;
  const { stdout, stderr } = await runNode(['--eval', script]).finished;
  expect(stderr).toBe('');
  return stdout.trim();
}

describe('a worker of the built package', () => {
  it('uses the prebuilt workflow bundle', async () => {
    expect(await choose(root, {})).toBe('workflowBundle');
  });

  it('loads the modules of that bundle once for all workflows, not for each', () => {
    const [name = ''] = readdirSync(join(root, 'dist')).filter((file) => file.startsWith('workflow-bundle-'));
    const code = readFileSync(join(root, 'dist', name), 'utf8');
    expect(code).toMatch(/function preloadModules\(\) \{\s+__webpack_require__\(.*workflows\/own-worker\.js/);
  });

  it.each([
    ['workflow interceptors', { interceptors: { workflowModules: ['/x.js'] } }],
    ['a payload converter', { dataConverter: { payloadConverterPath: '/x.js' } }],
    ['plugins', { plugins: [{ name: 'x' }] }],
    ['stack traces', { workflowStackTraces: true }],
  ])('bundles when it starts if %s belong into the bundle', async (_what, options) => {
    expect(await choose(root, options)).toBe('workflowsPath');
  });

  it('bundles when it starts if another version of @temporalio/worker is installed than built the bundle', async () => {
    cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const { version } = (await import('@temporalio/worker/package.json', { with: { type: 'json' } })).default;
    const bundle = (name: string): string => join(copy, 'dist', `workflow-bundle-${name}.js`);
    renameSync(bundle(version), bundle('1.0.0'));
    expect(await choose(copy, {})).toBe('workflowsPath');
  });
});
