import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runNode } from '../support/run-process.ts';

const root = join(import.meta.dirname, '../..');
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
};
// Workflow code runs only in Temporal's sandbox.
const entries = Object.keys(exports).filter((entry) => entry !== './package.json' && entry !== './workflows');

describe.each(entries)('the entry %s', (entry) => {
  const specifier = join('temporal-event-topic', entry);

  it('can be imported and required, with the same names', async () => {
    const script = `
      const required = Object.keys(require('${specifier}')).filter((name) => name !== '__esModule');
      import('${specifier}').then((imported) => {
        const names = (list) => list.filter((name) => !['default', 'module.exports'].includes(name)).sort();
        console.log(JSON.stringify([names(required), names(Object.keys(imported))]));
      });`;
    const { stdout, stderr } = await runNode(['--eval', script.replaceAll('\n', ' ')]).finished;
    expect(stderr).toBe('');
    const [required, imported] = JSON.parse(stdout);
    expect(required.length).toBeGreaterThan(0);
    expect(imported).toEqual(required);
  });
});
