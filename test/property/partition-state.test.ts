import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublishFailure } from '../../src/common/protocol/activities.ts';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import { customerEntry } from '../support/messages.ts';
import { PartitionDriver } from '../unit/workflows/state/partition/partition-driver.ts';

/** Temporal takes 2 MB as the input of the next run; the rest of the input is small. */
const MAX_STATE_BYTES = 2_000_000;

/** As large as SNS takes it by default. */
const MAX_EVENT_BYTES = 250_000;

const call = fc.record({
  /** Of which aggregates, how large, and of what characters the events are. */
  from: fc.nat(300),
  count: fc.constantFrom(1, 3, 30, 300),
  bytes: fc.oneof(
    fc.integer({ min: 0, max: 2_000 }),
    fc.integer({ min: 10_000, max: 60_000 }),
    fc.constant(MAX_EVENT_BYTES),
  ),
  text: fc.constantFrom('x', 'ß', '漢'),
  idLength: fc.constantFrom(0, 0, 900),
  isEarly: fc.boolean(),
});

const failures: readonly (PublishFailure | undefined)[] = [
  undefined,
  undefined,
  { kind: 'event', code: 'InvalidParameter', reason: 'r'.repeat(1_000) },
  { kind: 'retry', code: 'Throttled', reason: 'Rate exceeded' },
];

const move = fc.oneof(
  { weight: 4, arbitrary: call.map((fields) => ({ kind: 'accept', ...fields }) as const) },
  { weight: 2, arbitrary: fc.nat(30).map((rounds) => ({ kind: 'run', rounds }) as const) },
  { weight: 1, arbitrary: fc.constantFrom(600, 10_000, 60_000).map((ms) => ({ kind: 'pass', ms }) as const) },
  { weight: 2, arbitrary: fc.nat(failures.length - 1).map((index) => ({ kind: 'sns', index }) as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('pause', 'resume', 'retry').map((operation) => ({ kind: operation }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'continueAsNew' } as const) },
);

type Call = typeof call extends fc.Arbitrary<infer Fields> ? Fields : never;
type Move = typeof move extends fc.Arbitrary<infer One> ? One : never;

/** A partition to which anything happens. */
class StateRun {
  readonly driver: PartitionDriver;
  #accepted = 0;
  #failure: PublishFailure | undefined;

  constructor(ordering: 'arrival' | 'position') {
    this.driver = new PartitionDriver(ordering);
    this.driver.refuses = (msgId) => (msgId.length % 3 > 0 ? this.#failure : undefined);
    this.driver.eventLog = ({ id, from, to }) =>
      Array.from({ length: Math.min(50, to - from + 1) }, (_, n) => entryOf(id, from + n, 'x'.repeat(5_000)));
  }

  do(one: Move): void {
    const { driver } = this;
    if (one.kind === 'accept') this.#accept(one);
    else if (one.kind === 'run') for (let round = 0; round < one.rounds; round += 1) driver.goOn();
    else if (one.kind === 'pass') driver.now += one.ms;
    else if (one.kind === 'sns') this.#failure = failures[one.index];
    else if (one.kind === 'continueAsNew') driver.continueAsNew();
    else this.#operate(one.kind);
  }

  #accept({ from, count, bytes, text, idLength, isEarly }: Call): void {
    const many = bytes > 100_000 ? Math.min(count, 3) : count;
    const characters = Math.floor(Math.min(bytes, MAX_EVENT_BYTES) / Buffer.byteLength(text));
    const entries = Array.from({ length: many }, (_, n) => {
      this.#accepted += 1;
      const id = `A-${from + (n % 20)}-${'i'.repeat(idLength)}`;
      return entryOf(id, this.#accepted + (isEarly ? 5 : 0), text.repeat(characters));
    });
    this.driver.accept(entries);
  }

  #operate(operation: 'pause' | 'resume' | 'retry'): void {
    for (let n = 0; n < 50; n += 1) {
      const request = { id: `A-${n}-`, actor: 'a'.repeat(2_000), reason: 'r'.repeat(2_000) };
      if (this.driver.partition.refusal({ operation, request }) === undefined) {
        this.driver.operate(operation, request.id, request);
      }
    }
  }
}

function entryOf(id: string, position: number, name: string): PublishEntry {
  return customerEntry(position, {
    id,
    position,
    msgId: `${id}-019c1f00-0000-7000-8000-${position}`,
    event: { type: 'NameChanged', name },
  });
}

describe.each(['arrival', 'position'] as const)('ordering by %s', (ordering) => {
  it('whatever waits, what a partition hands to the next run is less than 2,000,000 bytes', () => {
    let largest = 0;
    fc.assert(
      fc.property(fc.array(move, { minLength: 20, maxLength: 60 }), (moves) => {
        const run = new StateRun(ordering);
        for (const one of moves) {
          run.do(one);
          run.driver.windUp();
          const bytes = run.driver.stateBytes();
          expect(bytes).toBeLessThan(MAX_STATE_BYTES);
          largest = Math.max(largest, bytes);
        }
      }),
      { numRuns: 30 },
    );
    expect(largest).toBeGreaterThan(500_000);
  });
});

it('the most that can come together is less than 2,000,000 bytes', () => {
  const driver = new PartitionDriver();
  for (let n = 0; n < 200; n += 1) driver.accept([entryOf(`published-${n}-${'p'.repeat(900)}`, n, '')]);
  driver.run();
  // Aggregates that nobody may forget; and of events as much as may be held, be active, and wait, and a large one more.
  for (let n = 0; n < 400; n += 1) driver.operate('pause', `paused-${n}-${'i'.repeat(900)}`);
  driver.operate('pause', 'a');
  driver.accept([entryOf('a', 1, 'x'.repeat(150_000))]);
  driver.accept([entryOf('b', 1, '漢'.repeat(30_000)), entryOf('c', 1, '漢'.repeat(MAX_EVENT_BYTES / 3))]);
  driver.accept(Array.from({ length: 15 }, (_, n) => entryOf('d', n, 'ß'.repeat(5_000))));
  driver.windUp();

  expect(driver.stateBytes()).toBeGreaterThan(1_000_000);
  expect(driver.stateBytes()).toBeLessThan(MAX_STATE_BYTES);
});
