import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PublishFailure, PublishQueueState } from '../../src/common/publisher-protocol.ts';
import { PublishQueue } from '../../src/workflows/publish-queue.ts';
import { customerEntry, msgIdsOf } from '../support/messages.ts';

/** One thing that happens to a queue. */
type Step =
  | { readonly kind: 'accept'; readonly numbers: readonly number[] }
  | { readonly kind: 'take' }
  | { readonly kind: 'settle'; readonly share: number; readonly failure?: PublishFailure['kind'] }
  | { readonly kind: 'retry' }
  | { readonly kind: 'restart' };

// Few numbers and many steps, so that msgIds repeat while they wait, while they are under way and afterwards.
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: accepting() },
    { weight: 4, arbitrary: fc.constant<Step>({ kind: 'take' }) },
    { weight: 4, arbitrary: settling() },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'retry' }) },
    { weight: 2, arbitrary: fc.constant<Step>({ kind: 'restart' }) },
  ),
  { minLength: 1, maxLength: 60 },
);

function accepting(): fc.Arbitrary<Step> {
  const numbers = fc.array(fc.integer({ min: 1, max: 99 }), { maxLength: 70 });
  return numbers.map((list) => ({ kind: 'accept', numbers: list }));
}

function settling(): fc.Arbitrary<Step> {
  const failure = fc.constantFrom<PublishFailure['kind'] | undefined>(
    undefined,
    'retry',
    'configuration',
    'event',
  );
  return fc
    .record({ share: fc.double({ min: 0, max: 1, noNaN: true }), failure })
    .map((fields) => ({ kind: 'settle', ...fields }));
}

const settings = { rememberMsgIds: 1_000, rememberMs: 600_000 };

/** What a queue is, as simply as it can be said: everything accepted, and how much of it is published. */
class Model {
  readonly accepted: string[] = [];
  readonly known = new Set<string>();
  published = 0;
  duplicates = 0;
  parkedAt: string | undefined;
  taken: readonly string[] | undefined;

  get waiting(): readonly string[] {
    return this.accepted.slice(this.published);
  }

  get mayTake(): boolean {
    return this.taken === undefined && this.parkedAt === undefined && this.waiting.length > 0;
  }

  accept(msgId: string): void {
    if (this.known.has(msgId)) this.duplicates += 1;
    else this.accepted.push(msgId);
    this.known.add(msgId);
  }
}

/** The queue and its model, which must agree after every step. */
class Run {
  queue = new PublishQueue(settings);
  readonly model = new Model();
  /** msgIds in the order in which SNS acknowledged them. */
  readonly acknowledged: string[] = [];
  now = 0;

  step(step: Step): void {
    this.now += 1_000;
    this[step.kind](step as never);
    this.check();
  }

  accept({ numbers }: { readonly numbers: readonly number[] }): void {
    this.queue.accept(
      numbers.map((number) => customerEntry(number)),
      this.now,
    );
    for (const number of numbers) this.model.accept(`m-${number}`);
  }

  take(): void {
    if (!this.model.mayTake) {
      expect(() => this.queue.take()).toThrow(TypeError);
      return;
    }
    const taken = msgIdsOf(this.queue.take());
    expect(taken.length).toBeGreaterThan(0);
    expect(taken).toEqual(this.model.waiting.slice(0, taken.length));
    this.model.taken = taken;
  }

  settle({ share, failure }: { readonly share: number; readonly failure?: PublishFailure['kind'] }): void {
    const { taken } = this.model;
    const reason = failure ? { failure: { kind: failure, code: 'Code', reason: 'why' } } : {};
    if (taken === undefined) {
      expect(() => this.queue.settle({ receipts: [], ...reason }, this.now)).toThrow(TypeError);
      return;
    }
    const msgIds = taken.slice(0, Math.round(share * taken.length));
    const receipts = msgIds.map((msgId) => ({ msgId, snsMessageId: `sns-${msgId}` }));
    this.queue.settle({ receipts, ...reason }, this.now);
    this.acknowledged.push(...msgIds);
    this.model.published += msgIds.length;
    this.model.taken = undefined;
    if (failure === 'event') this.model.parkedAt = taken[msgIds.length];
  }

  retry(): void {
    this.queue.retry();
    this.model.parkedAt = undefined;
  }

  /** The next run of the workflow gets the state as JSON. While a batch is under way there is no next run. */
  restart(): void {
    if (this.model.taken) {
      expect(() => this.queue.snapshot()).toThrow(TypeError);
      return;
    }
    const state = JSON.parse(JSON.stringify(this.queue.snapshot())) as PublishQueueState;
    this.queue = new PublishQueue(settings, state);
    expect(this.queue.snapshot()).toEqual(state);
  }

  check(): void {
    const { queue, model } = this;
    const { parked, ...status } = queue.status();
    expect(status).toMatchObject({
      state: model.parkedAt ? 'parked' : model.waiting.length > 0 ? 'publishing' : 'idle',
      pending: model.waiting.length,
      accepted: model.accepted.length,
      published: model.published,
      duplicates: model.duplicates,
    });
    expect(status.next).toBe(model.waiting[0]);
    expect(parked?.msgId).toBe(model.parkedAt);
    expect(queue.isReady).toBe(model.mayTake);
    expect(queue.isEmpty).toBe(model.waiting.length === 0);
  }

  /** Publishes whatever is left, as the workflow would once nothing fails any more. */
  drain(): void {
    if (this.model.taken) this.settle({ share: 0 });
    this.retry();
    while (this.model.mayTake) {
      this.take();
      this.settle({ share: 1 });
    }
  }
}

it('whatever happens, every accepted msgId is published exactly once and in the order of acceptance', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const run = new Run();
      for (const step of sequence) run.step(step);
      run.drain();

      expect(run.acknowledged).toEqual(run.model.accepted);
      expect(new Set(run.acknowledged).size).toBe(run.acknowledged.length);
      expect(run.queue.isEmpty).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

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
    { numRuns: 1_000 },
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
    const receipts = msgIdsOf(this.#queue.take()).map((msgId) => ({ msgId, snsMessageId: `sns-${msgId}` }));
    this.#queue.settle({ receipts }, this.#now);
  }

  #known(): ReadonlySet<string> {
    return new Set(this.#queue.snapshot().remembered.map(([msgId]) => msgId));
  }
}
