import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PublishStreamResult, publishStream } from '../../../../src/client/stream/publish-stream.ts';
import { PublishError, PublishStreamError } from '../../../../src/common/errors.ts';
import type { EventMessage } from '../../../../src/common/message.ts';
import { settled } from '../../../support/deferred.ts';
import { type CustomerMessage, customerMessage } from '../../../support/messages.ts';
import { HeldTarget } from './held-target.ts';

/** What becomes of one call, after so many turns of the event loop. */
interface Outcome {
  readonly turns: number;
  /** Undefined: all of its messages are accepted; else this share of them, and it fails. */
  readonly share: number | undefined;
}

/** What is read: a message of aggregate 0 … 4, after so many turns; one that has come before; or one that is invalid. */
interface Item {
  readonly aggregate: number;
  readonly turns: number;
  readonly kind: 'new' | 'repeated' | 'invalid';
}

interface Scenario {
  readonly items: readonly Item[];
  readonly sourceThrows: boolean;
  readonly outcomes: readonly Outcome[];
  readonly maxInFlight: number;
  readonly abortAfterTurns: number | undefined;
  readonly progressFailsAt: number | undefined;
}

const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { freq: 5, nil: undefined });
const turns = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }) },
);

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  items: fc.array(
    fc.record({
      aggregate: fc.integer({ min: 0, max: 4 }),
      turns,
      kind: fc.oneof(
        { weight: 50, arbitrary: fc.constant<Item['kind']>('new') },
        { weight: 5, arbitrary: fc.constant<Item['kind']>('repeated') },
        { weight: 1, arbitrary: fc.constant<Item['kind']>('invalid') },
      ),
    }),
    { maxLength: 60 },
  ),
  sourceThrows: fc.boolean(),
  outcomes: fc.array(
    fc.record({
      turns,
      share: fc.option(fc.constantFrom(0, 0.5, 1), { freq: 12, nil: undefined }),
    }),
    { minLength: 1, maxLength: 10 },
  ),
  maxInFlight: fc.integer({ min: 1, max: 30 }),
  abortAfterTurns: rarely(fc.integer({ min: 0, max: 30 })),
  progressFailsAt: rarely(fc.integer({ min: 1, max: 60 })),
});

/** Temporal, which takes every call as the scenario says, and keeps what it has accepted. */
class Recorder extends HeldTarget {
  readonly accepted: EventMessage[] = [];
  /** What must not be. Not thrown on the spot: the stream would take it for a failure of the call. */
  readonly violations: string[] = [];
  readonly #busy = new Set<string>();
  readonly #outcomes: readonly Outcome[];
  #made = 0;

  constructor(outcomes: readonly Outcome[]) {
    super();
    this.#outcomes = outcomes;
  }

  override async publish(messages: readonly EventMessage[]): Promise<void> {
    const { turns, share } = this.#outcomes[this.#made++ % this.#outcomes.length] ?? { turns: 0 };
    const refs = messages.map(({ id, meta }) => ({ id, msgId: meta.msgId }));
    const [id = ''] = new Set(refs.map((ref) => ref.id));
    if (refs.some((ref) => ref.id !== id)) this.violations.push('a call for several aggregates');
    if (new Set(refs.map(({ msgId }) => msgId)).size < refs.length)
      this.violations.push('a msgId twice in a call');
    if (this.#busy.has(id)) this.violations.push('two calls for an aggregate');
    this.#busy.add(id);
    await wait(turns);
    const count = Math.ceil((share ?? 1) * messages.length);
    this.accepted.push(...messages.slice(0, count));
    this.#busy.delete(id);
    if (share === undefined || count === messages.length) return;
    const outcome = { accepted: refs.slice(0, count), notAccepted: refs.slice(count) };
    throw new PublishError({ topic: 'Customer', address: undefined }, outcome, new Error('unavailable'));
  }
}

async function wait(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function messagesOf(items: readonly Item[]): readonly CustomerMessage[] {
  const last = new Map<number, CustomerMessage>();
  return items.map(({ aggregate, kind }, number) => {
    const message = customerMessage(number, { id: `C-${aggregate}` });
    if (kind === 'invalid') return { ...message, meta: { ...message.meta, time: 'yesterday' } };
    const known = kind === 'repeated' ? last.get(aggregate) : undefined;
    last.set(aggregate, known ?? message);
    return known ?? message;
  });
}

const msgIdsOf = (messages: readonly EventMessage[], id: string): readonly string[] =>
  messages.filter((message) => message.id === id).map(({ meta }) => meta.msgId);

/** One stream of a scenario, and what it is seen to do. */
class Run {
  readonly messages: readonly CustomerMessage[];
  readonly target: Recorder;
  readonly progress: number[] = [];
  readonly #scenario: Scenario;
  readonly #caller = new AbortController();
  #taken = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.messages = messagesOf(scenario.items);
    this.target = new Recorder(scenario.outcomes);
  }

  async outcome(): Promise<PublishStreamResult | PublishStreamError> {
    const { maxInFlight, abortAfterTurns } = this.#scenario;
    if (abortAfterTurns !== undefined) void wait(abortAfterTurns + 1).then(() => this.#caller.abort());
    const call = publishStream(this.target, this.#source(), {
      maxInFlight,
      signal: this.#caller.signal,
      onProgress: (accepted) => this.#onProgress(accepted),
    });
    return call.catch((error: unknown) => {
      expect(error).toBeInstanceOf(PublishStreamError);
      return error as PublishStreamError;
    });
  }

  async *#source(): AsyncGenerator<CustomerMessage> {
    for (const [index, message] of this.messages.entries()) {
      const ahead = this.#taken - this.target.accepted.length;
      if (ahead >= this.#scenario.maxInFlight) this.target.violations.push(`${ahead} taken and not accepted`);
      await wait(this.#scenario.items[index]?.turns ?? 0);
      this.#taken += 1;
      yield message;
    }
    if (this.#scenario.sourceThrows) throw new Error('the database went away');
  }

  async #onProgress(accepted: number): Promise<void> {
    if (accepted <= (this.progress.at(-1) ?? 0)) this.target.violations.push('progress that does not grow');
    if (this.#missing(accepted).length > 0) this.target.violations.push(`progress ${accepted} too early`);
    this.progress.push(accepted);
    await wait(accepted % 3);
    if (accepted >= (this.#scenario.progressFailsAt ?? Number.POSITIVE_INFINITY)) throw new Error('no disk');
  }

  /** Messages before this index that are not accepted. */
  #missing(index: number): readonly CustomerMessage[] {
    const accepted = new Set(this.target.accepted.map(({ meta }) => meta.msgId));
    return this.messages.slice(0, index).filter(({ meta }) => !accepted.has(meta.msgId));
  }

  expectPrefix(accepted: number): void {
    expect(this.#missing(accepted)).toEqual([]);
    const next = this.messages[accepted];
    const times = (messages: readonly EventMessage[]) =>
      messages.filter(({ meta }) => meta.msgId === next?.meta.msgId).length;
    // It may be a repeated one: then it was accepted as often as it came before.
    if (next) expect(times(this.target.accepted)).toBe(times(this.messages.slice(0, accepted)));
  }

  expectOrder(): void {
    for (const id of new Set(this.messages.map((message) => message.id))) {
      const accepted = msgIdsOf(this.target.accepted, id);
      expect(accepted).toEqual(msgIdsOf(this.messages, id).slice(0, accepted.length));
    }
  }

  expectNothingBehindInvalid(): void {
    const invalid = this.#scenario.items.findIndex(({ kind }) => kind === 'invalid');
    if (invalid < 0) return;
    const before = new Set(this.messages.slice(0, invalid).map(({ meta }) => meta.msgId));
    expect(this.target.accepted.filter(({ meta }) => !before.has(meta.msgId))).toEqual([]);
  }

  /** Publishes the rest when all is well: what comes out is the stream, in order and without repeats. */
  async expectResumable(accepted: number): Promise<void> {
    const { items } = this.#scenario;
    const rest = this.messages.slice(accepted).filter((_, at) => items[accepted + at]?.kind !== 'invalid');
    const again = new Recorder([{ turns: 0, share: undefined }]);
    await publishStream(again, rest);
    const good = this.messages.filter((_, index) => items[index]?.kind !== 'invalid');
    for (const id of new Set(good.map((message) => message.id))) {
      const published = new Set(
        [...this.target.accepted, ...again.accepted].flatMap((m) => msgIdsOf([m], id)),
      );
      expect([...published]).toEqual([...new Set(msgIdsOf(good, id))]);
    }
  }
}

it('whatever fails, the prefix is accepted, no aggregate is out of order, and the rest may be published again', async () => {
  const seen = { all: 0, interrupted: 0, behindPrefix: 0 };
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const run = new Run(scenario);
      const outcome = await run.outcome();
      expect(run.target.violations).toEqual([]);
      run.expectPrefix(outcome.accepted);
      run.expectOrder();
      run.expectNothingBehindInvalid();
      if (outcome instanceof PublishStreamError) seen.interrupted += 1;
      else seen.all += 1;
      if (!(outcome instanceof PublishStreamError)) expect(outcome.accepted).toBe(run.messages.length);
      if (scenario.progressFailsAt === undefined) expect(run.progress.at(-1) ?? 0).toBe(outcome.accepted);
      if (run.target.accepted.length > outcome.accepted) seen.behindPrefix += 1;
      await run.expectResumable(outcome.accepted);
    }),
    { numRuns: 1_000 },
  );
  await settled();
  process.off('unhandledRejection', onUnhandled);

  expect(unhandled).toEqual([]);
  expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(20);
});
