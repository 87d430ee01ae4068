import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CollectorRun } from '../../src/collector/collector-run.ts';
import { CollectorTally } from '../../src/collector/collector-status.ts';
import type { HandlerContext } from '../../src/collector/handlers.ts';
import { toHandlingSpec } from '../../src/collector/handling-options.ts';
import { MemoryInbox } from '../../src/collector/memory-inbox.ts';
import type { EventMessage } from '../../src/common/message.ts';
import { customers, positioned } from '../support/customer.ts';
import { ModelQueue } from './model-queue.ts';

const VISIBILITY_SECONDS = 30;
const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** What happens at one attempt to handle an event. */
type Attempt = 'works' | 'takes long' | 'fails' | 'hangs' | 'dies';

interface Story {
  readonly ordering: 'arrival' | 'position';
  /** Events of each aggregate. */
  readonly lengths: readonly number[];
  /** In which order the aggregates' events are sent, by chance. */
  readonly order: readonly number[];
  /** After how many events one of those before is sent again. */
  readonly repeats: readonly number[];
  readonly attempts: readonly Attempt[];
  readonly consumers: number;
  readonly concurrency: number;
  /** How many requests to SQS work, then fail, then work … */
  readonly outages: readonly number[];
}

const story: fc.Arbitrary<Story> = fc.record({
  ordering: fc.constantFrom('arrival', 'position'),
  lengths: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
  order: fc.array(fc.nat({ max: 3 }), { minLength: 10, maxLength: 50 }),
  repeats: fc.array(fc.nat({ max: 20 }), { maxLength: 10 }),
  attempts: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant<Attempt>('works') },
      { weight: 3, arbitrary: fc.constantFrom<Attempt>('fails', 'takes long') },
      { weight: 1, arbitrary: fc.constantFrom<Attempt>('hangs', 'dies') },
    ),
    { maxLength: 40 },
  ),
  consumers: fc.integer({ min: 1, max: 3 }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  outages: fc.array(fc.nat({ max: 100 }), { maxLength: 6 }),
});

describe('collectors of a queue that fails, repeats, and is shared', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('handle each aggregate from the first event to the last, in order, one at a time, each with its effects once', async () => {
    await fc.assert(fc.asyncProperty(story, play), { numRuns: 150 });
  });
});

async function play(told: Story): Promise<void> {
  const queue = new ModelQueue(VISIBILITY_SECONDS);
  const sent = send(queue, told);
  const outages = told.outages.flatMap((length, n) => Array<boolean>(length).fill(n % 2 === 1));
  queue.fails = () => outages.shift() ?? false;
  const shop = new Shop(queue, told);
  // Three hours of failures, hidden messages and dead consumers are plenty.
  for (let minute = 0; minute < 180 && !queue.isEmpty; minute += 1) {
    for (let tick = 0; tick < 12; tick += 1) {
      shop.receive();
      await vi.advanceTimersByTimeAsync(5_000);
    }
  }
  expect(queue.isEmpty).toBe(true);
  expect(shop.effects).toEqual(sent);
  expect(shop.overlaps).toEqual([]);
  await shop.stop();
}

/** Sends every aggregate's events in their order, and some of them again. Returns what must be handled, by aggregate. */
function send(queue: ModelQueue, { lengths, order, repeats }: Story): Map<string, string[]> {
  const streams = new Map(lengths.map((length, n) => [`A${n}`, positioned(`A${n}`, 1, length)]));
  const left = new Map([...streams].map(([id, messages]) => [id, [...messages]]));
  const past: EventMessage[] = [];
  const next = (id: string): void => {
    const message = left.get(id)?.shift();
    if (message === undefined) return;
    past.push(message);
    queue.send(id, JSON.stringify(message));
    const back = repeats[past.length % Math.max(1, repeats.length)];
    const repeated = back === undefined ? undefined : past[past.length - back];
    if (repeated) queue.send(repeated.id, JSON.stringify(repeated));
  };
  for (const n of order) next(`A${n % lengths.length}`);
  for (const [id, messages] of left) while (messages.length > 0) next(id);
  return new Map([...streams].map(([id, messages]) => [id, messages.map(({ meta }) => meta.msgId)]));
}

/** Consumers with one inbox. One that dies is replaced. */
class Shop {
  readonly effects = new Map<string, string[]>();
  /** Aggregates that two consumers handled at the same time. */
  readonly overlaps: string[] = [];
  readonly #running = new Map<string, Consumer>();
  readonly #queue: ModelQueue;
  readonly #story: Story;
  readonly #inbox = new MemoryInbox();
  readonly #attempts: Attempt[];
  #consumers: Consumer[];

  constructor(queue: ModelQueue, told: Story) {
    this.#queue = queue;
    this.#story = told;
    this.#attempts = [...told.attempts];
    this.#consumers = Array.from({ length: told.consumers }, () => this.#consumer());
  }

  receive(): void {
    this.#consumers = this.#consumers.map((consumer) => (consumer.isDead ? this.#consumer() : consumer));
    for (const { run } of this.#consumers) {
      const messages = this.#queue.receive(10);
      if (messages.length > 0) void run.take(messages);
    }
  }

  async stop(): Promise<void> {
    const stopped = Promise.all(this.#consumers.filter(({ isDead }) => !isDead).map(({ run }) => run.stop()));
    await vi.advanceTimersByTimeAsync(60_000);
    await stopped;
  }

  #consumer(): Consumer {
    return new Consumer(this.#queue, this.#story, {
      inbox: this.#inbox,
      next: () => this.#attempts.shift() ?? 'works',
      begins: (id, consumer) => {
        const other = this.#running.get(id);
        if (other !== undefined && !other.isDead) this.overlaps.push(id);
        this.#running.set(id, consumer);
      },
      ends: (id) => this.#running.delete(id),
      effect: ({ id, meta }) => this.effects.set(id, [...(this.effects.get(id) ?? []), meta.msgId]),
    });
  }
}

interface Handling {
  readonly inbox: MemoryInbox;
  next(): Attempt;
  begins(id: string, consumer: Consumer): void;
  ends(id: string): void;
  effect(message: EventMessage): void;
}

class Consumer {
  readonly run: CollectorRun;
  isDead = false;
  readonly #handling: Handling;

  constructor(queue: ModelQueue, { ordering, concurrency }: Story, handling: Handling) {
    this.#handling = handling;
    const topics = [customers('Customer', { ordering })];
    const options = {
      topics,
      inbox: handling.inbox,
      handle: this.#handle.bind(this),
    };
    this.run = new CollectorRun({
      spec: {
        ...toHandlingSpec({ ...options, logger: silent } as never, 'ReadModel'),
        maxAttempts: undefined,
        deadLetter: undefined,
      },
      // The dead ask nothing any more.
      queue: {
        delete: async (messages) => (this.isDead ? messages : await queue.delete(messages)),
        hide: async (messages, seconds) => (this.isDead ? messages : await queue.hide(messages, seconds)),
      },
      settings: {
        concurrency,
        visibilitySeconds: VISIBILITY_SECONDS,
        handlerTimeoutMs: 10_000,
        retrySeconds: { first: 1, most: 60 },
        parkSeconds: 900,
      },
      tally: new CollectorTally('Test'),
      logger: silent,
    });
  }

  async #handle(message: EventMessage, { signal }: HandlerContext): Promise<void> {
    const attempt = this.#handling.next();
    this.#handling.begins(message.id, this);
    // The time of a handler is over for good when it was told so.
    signal.addEventListener('abort', () => this.#handling.ends(message.id));
    if (attempt === 'hangs') await new Promise(() => {});
    await new Promise((resolve) => setTimeout(resolve, attempt === 'takes long' ? 9_000 : 50));
    this.#handling.ends(message.id);
    if (attempt === 'dies') this.isDead = true;
    // What a dead process had begun is rolled back.
    if (attempt === 'fails' || this.isDead) throw new Error('it failed');
    this.#handling.effect(message);
  }
}
