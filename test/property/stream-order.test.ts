import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import { customerEntry } from '../support/messages.ts';
import { StreamRun, type StreamStep } from './stream-run.ts';
import type { Happening } from './temporal-pages.ts';

const LAST = 30;
const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

const often = (weight: number, arbitrary: fc.Arbitrary<StreamStep>) => ({ weight, arbitrary });
const always = (kind: 'publish' | 'beginSpill' | 'askForPage' | 'restart') =>
  fc.constant<StreamStep>({ kind });
const positions = fc.array(fc.integer({ min: 1, max: LAST }), { maxLength: 8 });

const step = fc.oneof(
  often(
    6,
    positions.map((list) => ({ kind: 'accept', positions: list })),
  ),
  often(3, always('publish')),
  often(
    3,
    fc.constantFrom(100, 600, 11_000).map((ms) => ({ kind: 'pass', ms })),
  ),
  often(
    2,
    fc.oneof(fc.constant([]), positions).map((has) => ({ kind: 'answer', has })),
  ),
  often(3, always('beginSpill')),
  often(
    3,
    fc.constantFrom(true, true, false).map((isHeld) => ({ kind: 'endSpill', isHeld })),
  ),
  often(3, always('askForPage')),
  often(
    3,
    fc.constantFrom(0, 0, 1, 2).map((back) => ({ kind: 'deliverPage', back })),
  ),
  often(2, always('restart')),
);

const entry = (position: number): PublishEntry => customerEntry(position, { position });

/** Two to four of them are more than may be early in memory. */
const large = new Map<number, PublishEntry>();

function largeEntry(position: number): PublishEntry {
  const name = 'x'.repeat(position % 3 === 0 ? 10 : position % 11 === 0 ? 100_000 : 25_000);
  const made =
    large.get(position) ?? customerEntry(position, { position, event: { type: 'NameChanged', name } });
  large.set(position, made);
  return made;
}

it('positions that come in any order, again and again, are published as 1 to n, each once', () => {
  let parked = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const run = new StreamRun(entry);
      run.accept({ positions: [1] });
      for (const one of steps) run.step(one);
      run.accept({ positions: upTo(LAST) });
      run.drain();
      expect(run.published).toEqual(upTo(LAST));
      expect(run.queue.status()).toMatchObject({ state: 'idle', position: { watermark: LAST, late: 0 } });
      parked += run.parked;
    }),
    { numRuns: 1_000 },
  );
  expect(parked).toBeGreaterThan(0);
});

it('the same when early ones move to pages and back, whatever becomes of the pages', () => {
  const happened = new Map<Happening, number>();
  fc.assert(
    fc.property(fc.array(step, { minLength: 40, maxLength: 100 }), (steps) => {
      const run = new StreamRun(largeEntry);
      run.accept({ positions: [1] });
      for (const one of steps) run.step(one);
      run.accept({ positions: upTo(LAST) });
      run.drain();
      expect(run.published).toEqual(upTo(LAST));
      for (const [what, times] of run.pages.happened) happened.set(what, (happened.get(what) ?? 0) + times);
    }),
    { numRuns: 200 },
  );
  for (const what of ['held', 'notHeld', 'delivered', 'deliveredAgain', 'restartedWithPages'] as const) {
    expect.soft(happened.get(what), what).toBeGreaterThan(0);
  }
});

it('when the first one is not known, those that come too late for their place are published all the same, once', () => {
  let late = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const run = new StreamRun(entry);
      for (const one of steps) if (one.kind !== 'answer') run.step(one);
      run.answer({ has: [] });
      run.accept({ positions: upTo(LAST) });
      run.drain();
      const floor = run.queue.snapshot().stream?.floor ?? 0;
      expect([...run.published].sort((a, b) => a - b)).toEqual(upTo(LAST));
      expect(run.published.filter((position) => position > floor)).toEqual(upTo(LAST).slice(floor));
      expect(run.queue.status().position?.late).toBe(floor);
      late += floor;
    }),
    { numRuns: 1_000 },
  );
  expect(late).toBeGreaterThan(0);
});
