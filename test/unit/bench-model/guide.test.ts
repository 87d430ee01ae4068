import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shown } from '../../../bench/model/format.ts';
import { guideBlocks } from '../../../bench/model/guide.ts';
import { measuredCosts } from '../../../bench/model/measured.ts';

const GUIDE = join(import.meta.dirname, '../../../docs/guides/scale.md');
/** A marker, and the table behind it. */
const BLOCK = /<!-- scale: (\S+) -->\n(?:\|.*\n)*/g;

const blocks = guideBlocks();

describe('docs/guides/scale.md', () => {
  if (process.env['UPDATE_SCALE_GUIDE']) update();
  const text = readFileSync(GUIDE, 'utf8');

  it.each([...blocks.keys()])('shows the table of the model: %s', (name) => {
    // Differs: UPDATE_SCALE_GUIDE=1 npx vitest run --project sources test/unit/bench-model/guide.test.ts
    expect(text).toContain(blockOf(name));
  });

  it('says in its sentences what is measured', () => {
    const { memory, cpuMsOfFullBatches, workerCores } = measuredCosts();
    expect(text).toContain(`${shown(memory.publisherKb)} KB each`);
    expect(text).toContain(`a partition's event costs a tenth (${shown(cpuMsOfFullBatches)} ms)`);
    expect(text).toContain(`some ${shown(workerCores)} cores per worker process`);
  });

  it('has no marker of a table that the model does not have', () => {
    const markers = [...text.matchAll(BLOCK)].map(([, name]) => name);
    expect(markers.toSorted()).toEqual([...blocks.keys()].toSorted());
  });

  it('can be read in one go', () => {
    expect(text.split('\n').length).toBeLessThanOrEqual(151);
  });
});

function blockOf(name: string): string {
  return `<!-- scale: ${name} -->\n${blocks.get(name)}\n`;
}

function update(): void {
  const now = readFileSync(GUIDE, 'utf8');
  writeFileSync(
    GUIDE,
    now.replace(BLOCK, (_, name: string) => blockOf(name)),
  );
}
