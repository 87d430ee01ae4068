import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningProcess, runNode } from '../support/run-process.ts';

const FOLDER = join(import.meta.dirname, '../../examples/features');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
// What begins with its servers is a program; the other files are used by programs.
const programs = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts') && read(name).includes('await using system'))
  .map((name) => name.slice(0, -'.ts'.length));

describe('the examples of features', () => {
  let running: RunningProcess | undefined;
  // One that did not end by itself.
  afterEach(() => running?.child.kill('SIGTERM'));

  it('each have an expected output, and no output is left over', () => {
    const expected = readdirSync(join(FOLDER, 'expected'));
    expect(expected.toSorted()).toEqual(programs.map((name) => `${name}.txt`).toSorted());
  });

  it.each(programs)('%s prints what stands in the repository, and ends by itself', async (name) => {
    running = runNode(['--import', 'tsx', join(FOLDER, `${name}.ts`)]);
    const { code, stdout, stderr } = await running.finished;
    expect({ stdout, stderr, code }).toEqual({ stdout: read(`expected/${name}.txt`), stderr: '', code: 0 });
  });
});
