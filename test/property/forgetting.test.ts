import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PublishQueue } from '../../src/workflows/state/aggregate/publish-queue.ts';
import { customerEntry, msgIdsOf } from '../support/messages.ts';

it('however msgIds are forgotten, the waiting, the newest and the youngest ones are known', () => {
  const call = fc.record({
    numbers: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
    afterMs: fc.integer({ min: 0, max: 20 }),
    publish: fc.boolean(),
  });

  fc.assert(
    fc.property(fc.array(call, { maxLength: 40 }), (calls) => {
      const run = new ForgetfulRun();
      for (const { numbers, afterMs, publish } of calls) {
        run.accept(numbers, afterMs);
        run.check();
        if (publish) run.publish();
      }
    }),
    { numRuns: 500 },
  );
});

/** A queue that remembers the last five published msgIds and those of the last ten milliseconds. */
class ForgetfulRun {
  readonly #queue = new PublishQueue({ rememberMsgIds: 5, rememberMs: 10 });
  readonly #acceptedAt = new Map<string, number>();
  #now = 0;

  accept(numbers: readonly number[], afterMs: number): void {
    this.#now += afterMs;
    const known = this.#known();
    const entries = numbers.map((number) => customerEntry(number));
    this.#queue.accept(entries, this.#now);
    for (const msgId of msgIdsOf(entries)) if (!known.has(msgId)) this.#acceptedAt.set(msgId, this.#now);
  }

  check(): void {
    const known = this.#known();
    const waiting = msgIdsOf(this.#queue.snapshot().pending);
    const young = [...this.#acceptedAt].filter(([, at]) => this.#now - at <= 10).map(([msgId]) => msgId);
    expect(waiting).toEqual([...new Set(waiting)]);
    expect([...waiting, ...young].filter((msgId) => !known.has(msgId))).toEqual([]);
    expect(known.size).toBeGreaterThanOrEqual(Math.min(5, this.#acceptedAt.size));
  }

  publish(): void {
    if (!this.#queue.isReady) return;
    const receipts = msgIdsOf(this.#queue.take(this.#now)).map((msgId) => ({
      msgId,
      snsMessageId: `sns-${msgId}`,
    }));
    this.#queue.settle({ receipts }, this.#now);
  }

  #known(): ReadonlySet<string> {
    return new Set(this.#queue.snapshot().remembered.map(([msgId]) => msgId));
  }
}
