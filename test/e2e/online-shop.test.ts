import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningProcess, runNode } from '../support/run-process.ts';

const FOLDER = join(import.meta.dirname, '../../examples/online-shop');

describe('the online shop', () => {
  let running: RunningProcess | undefined;
  // One that did not end by itself.
  afterEach(() => running?.child.kill('SIGTERM'));

  it.each([
    ['pays and ships an order, undoes a refused one, tells every customer, and ends by itself', []],
    ['does and says the same when every event fails once in every collector', ['--fail-once']],
  ])(
    '%s',
    async (_, options) => {
      running = runNode(['--import', 'tsx', join(FOLDER, 'main.ts'), ...options]);
      const { code, stdout, stderr } = await running.finished;
      const expected = readFileSync(join(FOLDER, 'expected.txt'), 'utf8');
      expect({ stdout, stderr, code }).toEqual({ stdout: expected, stderr: '', code: 0 });
    },
    150_000,
  );
});
