import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guideBlocks } from '../../../bench/model/guide.ts';

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
