import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PublishFailure } from '../../src/common/protocol/activities.ts';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import type { OperationName } from '../../src/common/protocol/operate.ts';
import { customerEntry } from '../support/messages.ts';
import { PartitionRun, type PartitionStep } from './partition-run.ts';
import type { Happening } from './temporal-pages.ts';

const AGGREGATES = 7;
const share = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }));
const failure = fc.constantFrom<(PublishFailure['kind'] | undefined)[]>(
  undefined,
  undefined,
  undefined,
  'retry',
  'configuration',
  'event',
);
const fate = fc.record({ share, failure }).map((fields) => ({ ...fields }));
const yesMostly = fc.constantFrom(true, true, false);

const often = (weight: number, arbitrary: fc.Arbitrary<PartitionStep>) => ({ weight, arbitrary });
const always = (kind: 'take' | 'restart' | 'continueAsNew' | 'goOn' | 'beginSpill' | 'askForPage') =>
  fc.constant<PartitionStep>({ kind });

function steps(numbers: fc.Arbitrary<number[]>, operations: readonly OperationName[]) {
  return fc.oneof(
    often(
      4,
      numbers.map((list) => ({ kind: 'accept', numbers: list })),
    ),
    often(4, always('take')),
    often(
      4,
      fc
        .record({ which: fc.nat(1), fates: fc.array(fate, { minLength: 1, maxLength: 4 }) })
        .map((fields) => ({ kind: 'settle', ...fields })),
    ),
    often(
      3,
      fc
        .record({ operation: fc.constantFrom(...operations), aggregate: fc.nat(AGGREGATES - 1) })
        .map((fields) => ({ kind: 'operate', ...fields })),
    ),
    often(
      2,
      fc.constantFrom(100, 600, 5_000, 70_000).map((ms) => ({ kind: 'pass', ms })),
    ),
    often(
      1,
      yesMostly.map((hasThem) => ({ kind: 'readGap', hasThem })),
    ),
    often(1, always('restart')),
    often(2, always('continueAsNew')),
    often(8, always('goOn')),
    // A run that an older release began has made pages in the old way.
    often(
      4,
      fc.boolean().map((pagesNewest) => ({ kind: 'beginSpill', pagesNewest })),
    ),
    often(
      4,
      yesMostly.map((isHeld) => ({ kind: 'endSpill', isHeld })),
    ),
    often(4, always('askForPage')),
    often(
      4,
      yesMostly.map((isAsked) => ({ kind: 'endAsking', isAsked })),
    ),
    often(
      4,
      fc.constantFrom(0, 0, 1, 2).map((back) => ({ kind: 'deliverPage', back })),
    ),
  );
}

const OPERATIONS: readonly OperationName[] = ['retry', 'skip', 'pause', 'resume'];

function expectAllPublished(run: PartitionRun): void {
  run.drain();
  for (const [id, model] of run.models) {
    const published = model.accepted.filter((msgId) => !model.skipped.has(msgId));
    expect(model.acknowledged, id).toEqual(published);
  }
  expect(run.partition.totals()).toMatchObject({ pending: 0, parked: 0 });
}

/** Of every third number small, of the others large: a few of them are as much as a partition holds in memory. */
const entries = new Map<number, PublishEntry>();

function entryOf(number: number): PublishEntry {
  const size = number % 3 === 0 ? 10 : number % 31 === 0 ? 300_000 : 20_000 + number;
  const name = 'x'.repeat(size);
  const id = `A-${number % AGGREGATES}`;
  const position = Math.floor(number / AGGREGATES) + 1;
  const entry =
    entries.get(number) ?? customerEntry(number, { id, position, event: { type: 'NameChanged', name } });
  entries.set(number, entry);
  return entry;
}

const small = (number: number): PublishEntry =>
  customerEntry(number, { id: `A-${number % AGGREGATES}`, position: Math.floor(number / AGGREGATES) + 1 });

it('whatever happens, each aggregate of a partition gets all of its events published, once and in order', () => {
  const step = steps(fc.array(fc.nat(99), { maxLength: 70 }), OPERATIONS);
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (list) => {
      const run = new PartitionRun({ aggregates: AGGREGATES, entry: small });
      for (const one of list) run.step(one);
      expectAllPublished(run);
    }),
    { numRuns: 300 },
  );
});

it('the same when events move to pages and back, whatever becomes of the pages', () => {
  const step = steps(fc.array(fc.nat(200), { minLength: 3, maxLength: 9 }), OPERATIONS);
  const happened = new Map<Happening, number>();
  fc.assert(
    fc.property(fc.array(step, { minLength: 50, maxLength: 120 }), (list) => {
      const run = new PartitionRun({ aggregates: AGGREGATES, entry: entryOf });
      for (const one of list) run.step(one);
      expectAllPublished(run);
      for (const [what, times] of run.pages.happened) happened.set(what, (happened.get(what) ?? 0) + times);
    }),
    { numRuns: 100 },
  );
  for (const what of ['held', 'notHeld', 'delivered', 'deliveredAgain', 'restartedWithPages'] as const) {
    expect.soft(happened.get(what), what).toBeGreaterThan(0);
  }
});

it('the same with ordering by position, in whatever order they come', () => {
  const step = steps(fc.array(fc.nat(99), { maxLength: 30 }), ['retry', 'pause', 'resume']);
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (list) => {
      const run = new PartitionRun({ ordering: 'position', aggregates: AGGREGATES, entry: small });
      // The watermark is known from the first event on.
      run.accept({ numbers: Array.from({ length: AGGREGATES }, (_, number) => number) });
      for (const one of list) run.step(one);
      expectAllPublished(run);
    }),
    { numRuns: 300 },
  );
});

/** It measures large events again and again: half a minute of CPU, and a machine may be busy. */
const CPU_BOUND_MS = 240_000;

it(
  'the same with ordering by position and pages',
  () => {
    const step = steps(fc.array(fc.nat(200), { minLength: 3, maxLength: 9 }), ['retry', 'pause', 'resume']);
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 120 }), (list) => {
        const run = new PartitionRun({ ordering: 'position', aggregates: AGGREGATES, entry: entryOf });
        run.accept({ numbers: Array.from({ length: AGGREGATES }, (_, number) => number) });
        for (const one of list) run.step(one);
        expectAllPublished(run);
      }),
      { numRuns: 100 },
    );
  },
  CPU_BOUND_MS,
);
