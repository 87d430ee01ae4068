import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublishFailure } from '../../src/common/protocol/activities.ts';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import { customerEntry, entryOfChars } from '../support/messages.ts';
import { QueueRun, type Step } from './queue-run.ts';
import type { Happening } from './temporal-pages.ts';

const always = (step: Step): fc.Arbitrary<Step> => fc.constant(step);
const often = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });

function accepting(maxNumber: number, length: fc.ArrayConstraints): fc.Arbitrary<Step> {
  const numbers = fc.array(fc.integer({ min: 1, max: maxNumber }), length);
  return numbers.map((list) => ({ kind: 'accept', numbers: list }));
}

const anyShare = fc.double({ min: 0, max: 1, noNaN: true });

function settling(
  share: fc.Arbitrary<number>,
  failures: readonly (PublishFailure['kind'] | undefined)[],
): fc.Arbitrary<Step> {
  return fc
    .record({ share, failure: fc.constantFrom(...failures) })
    .map((fields) => ({ kind: 'settle', ...fields }));
}

/** Every accepted msgId was published exactly once, in the order of acceptance, and nothing waits. */
function expectAllPublished(run: QueueRun): void {
  run.drain();
  expect(run.acknowledged).toEqual(run.model.accepted);
  expect(new Set(run.acknowledged).size).toBe(run.acknowledged.length);
  expect(run.queue.isEmpty).toBe(true);
}

describe.each([
  ['few', accepting(99, { maxLength: 70 })],
  ['many', accepting(999, { maxLength: 300 })],
] as const)('with %s events at a time', (_many, arriving) => {
  it('whatever happens, every accepted msgId is published exactly once and in the order of acceptance', () => {
    // Few numbers and many steps, so that msgIds repeat while they wait, while they are under way and afterwards.
    const step = fc.oneof(
      often(4, arriving),
      often(4, always({ kind: 'take' })),
      often(4, settling(anyShare, [undefined, 'retry', 'configuration', 'event'])),
      often(1, always({ kind: 'retry' })),
      often(2, always({ kind: 'restart' })),
    );

    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const run = new QueueRun(customerEntry);
        for (const one of steps) run.step(one);
        expect(run.pages.made).toBe(0);
        expectAllPublished(run);
      }),
      { numRuns: 1_000 },
    );
  });
});

it('the same with a backlog that moves to pages and back, whatever becomes of the pages', () => {
  const share = fc.oneof(fc.constant(1), fc.constant(1), anyShare);
  const yesMostly = fc.constantFrom(true, true, false);
  const step = fc.oneof(
    often(3, accepting(LARGE_EVENTS, { minLength: 3, maxLength: 9 })),
    often(4, always({ kind: 'take' })),
    often(4, settling(share, [undefined, undefined, 'retry', 'event'])),
    often(2, always({ kind: 'retry' })),
    often(1, always({ kind: 'restart' })),
    often(2, always({ kind: 'continueAsNew' })),
    often(9, always({ kind: 'goOn' })),
    // A run that an older release began has made pages in the old way.
    often(
      5,
      fc.boolean().map((pagesNewest) => ({ kind: 'beginSpill', pagesNewest })),
    ),
    often(
      5,
      yesMostly.map((isHeld) => ({ kind: 'endSpill', isHeld })),
    ),
    often(4, always({ kind: 'askForPage' })),
    often(
      4,
      yesMostly.map((isAsked) => ({ kind: 'endAsking', isAsked })),
    ),
    often(
      4,
      fc.constantFrom(0, 0, 1, 2).map((back) => ({ kind: 'deliverPage', back })),
    ),
  );
  const happened = new Map<Happening, number>();

  fc.assert(
    fc.property(fc.array(step, { minLength: 50, maxLength: 120 }), (steps) => {
      const run = new QueueRun(largeEntry);
      for (const one of steps) run.step(one);
      expectAllPublished(run);
      for (const [what, times] of run.pages.happened) happened.set(what, (happened.get(what) ?? 0) + times);
    }),
    { numRuns: 50 },
  );
  for (const what of ['held', 'notHeld', 'delivered', 'deliveredAgain', 'restartedWithPages'] as const) {
    expect.soft(happened.get(what), what).toBeGreaterThan(0);
  }
});

const LARGE_EVENTS = 60;

/** `m-1` … `m-60`: most of about 100,000 characters, of which memory holds four; some small, some larger than a page. */
const large = new Map<number, PublishEntry>();

function largeEntry(number: number): PublishEntry {
  const chars = number % 5 === 0 ? 300 : number % 13 === 0 ? 300_000 : 100_000 - number;
  const entry = large.get(number) ?? entryOfChars(number, chars);
  large.set(number, entry);
  return entry;
}
