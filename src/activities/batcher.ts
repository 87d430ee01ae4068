import type { AggregateEntries, PublishFailure } from '../common/protocol/activities.ts';
import { activeTraceparent } from '../common/telemetry/tracing.ts';
import { toWireMessage, wireSize } from '../common/wire-format.ts';
import { BatchRoom } from './batch-room.ts';
import { checkedResults } from './checked-results.ts';
import { isThrottle } from './classify-error.ts';
import type { EventPublisher, PublishResult } from './event-publisher.ts';
import { SendWindow } from './send-window.ts';
import { thrownFailure } from './thrown-failure.ts';
import { TopicTelemetry } from './topic-telemetry.ts';

/** Events of one aggregate, in order, for whose results somebody waits. */
interface Run extends AggregateEntries {
  readonly signal: AbortSignal;
  /** Asked when its turn has come. */
  mayLeave(): boolean;
  /** `traceparent` of the span that asked for it: the activity's, when somebody traces those. */
  readonly caller: string | undefined;
  resolve(results: readonly PublishResult[]): void;
}

interface WaitingRun extends Run {
  readonly sizes: readonly number[];
}

/**
 * Fills batches across the aggregates of one topic, in this process. Events leave at once while few requests are in
 * flight; when many are, the events that become ready meanwhile leave together.
 *
 * A batch carries at most one event of an aggregate: SNS says nothing about the later ones of a group when an earlier one
 * fails. With `sameAggregateBatching` it carries as many as fit, in order and next to each other.
 */
export class Batcher {
  readonly #topic: string;
  readonly #publisher: EventPublisher;
  readonly #telemetry: TopicTelemetry;
  readonly #sameAggregateBatching: boolean;
  /**
   * Aggregates with a request under way. An attempt that Temporal has given up leaves its request behind; the attempt after
   * it, in this same process, must not send the same events next to it.
   */
  readonly #busy = new Set<string>();
  readonly #window = new SendWindow();
  #waiting: WaitingRun[] = [];
  #inFlight = 0;
  #isFlushScheduled = false;

  constructor(
    topic: string,
    publisher: EventPublisher,
    {
      sameAggregateBatching = false,
      telemetry = new TopicTelemetry(topic),
    }: { readonly sameAggregateBatching?: boolean; readonly telemetry?: TopicTelemetry } = {},
  ) {
    this.#topic = topic;
    this.#publisher = publisher;
    this.#sameAggregateBatching = sameAggregateBatching;
    this.#telemetry = telemetry;
  }

  /**
   * Sends the first of an aggregate's events, or the first few in one request, and answers for those that it sent: at least
   * one. Never rejects. Events that are still waiting are not sent when they are aborted, or may not leave any more; those in flight get the answer that comes.
   */
  publish(
    { id, entries }: AggregateEntries,
    signal: AbortSignal,
    mayLeave: () => boolean = always,
  ): Promise<readonly PublishResult[]> {
    return new Promise((resolve) => {
      const first = entries.slice(0, this.#sameAggregateBatching ? this.#publisher.maxBatchEntries : 1);
      const sizes = first.map((entry) => wireSize(toWireMessage(this.#topic, entry)));
      const caller = activeTraceparent();
      this.#waiting.push({ id, entries: first, sizes, signal, mayLeave, caller, resolve });
      this.#scheduleFlush();
    });
  }

  /** Whether the same event may be sent again in a moment: it was only too much at a time. */
  isTooFast(failure: PublishFailure): boolean {
    return isThrottle(failure) && this.#window.isMoving(Date.now());
  }

  /** What becomes ready in the same turn of the event loop leaves together, without waiting for more. */
  #scheduleFlush(): void {
    if (this.#isFlushScheduled) return;
    this.#isFlushScheduled = true;
    setImmediate(() => {
      this.#isFlushScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    while (this.#waiting.length > 0 && this.#window.allows(this.#inFlight, this.#isFull, Date.now())) {
      const batch = this.#takeBatch();
      if (batch.length === 0) return;
      this.#inFlight += 1;
      for (const { id } of batch) this.#busy.add(id);
      void this.#send(batch).finally(() => {
        this.#inFlight -= 1;
        for (const { id } of batch) this.#busy.delete(id);
        this.#scheduleFlush();
      });
    }
  }

  get #isFull(): boolean {
    return this.#waiting.length >= this.#publisher.maxBatchEntries;
  }

  #takeBatch(): readonly Run[] {
    const batch: Run[] = [];
    const left: WaitingRun[] = [];
    const room = new BatchRoom(this.#publisher);
    const aggregates = new Set(this.#busy);
    let seen = 0;
    for (const run of this.#waiting) {
      if (room.isFull) break;
      seen += 1;
      const refusal = refusalOf(run);
      if (refusal) {
        run.resolve([refusal]);
        continue;
      }
      const count = aggregates.has(run.id) ? 0 : room.take(run.sizes);
      aggregates.add(run.id);
      if (count === 0) left.push(run);
      else batch.push({ ...run, entries: run.entries.slice(0, count) });
    }
    this.#waiting = [...left, ...this.#waiting.slice(seen)];
    return batch;
  }

  async #send(batch: readonly Run[]): Promise<void> {
    const entries = batch.flatMap((run) => run.entries);
    const request = abortedWhenAll(new Set(batch.map(({ signal }) => signal)));
    try {
      const callers = batch.map(({ caller }) => caller);
      const results = await this.#telemetry.request(entries, callers, async () => {
        const given = await this.#publisher.publish(this.#topic, entries, request.signal);
        return checkedResults(entries, given);
      });
      this.#observe(results);
      answer(batch, results);
    } catch (error) {
      // The port promises not to reject. With one that does all the same, one event must not harm the others.
      if (entries.length > 1) {
        await Promise.all(batch.map((run) => this.#send([firstOf(run)])));
        return;
      }
      for (const { resolve } of batch) resolve([{ ok: false, failure: thrownFailure(error) }]);
    } finally {
      request.release();
    }
  }

  #observe(results: readonly PublishResult[]): void {
    if (results.some((result) => result.ok)) this.#window.taken(Date.now());
    if (results.some((result) => !result.ok && isThrottle(result.failure)))
      this.#window.throttled(this.#inFlight, Date.now());
  }
}

const always = (): boolean => true;

/** Gives each run the results of its own events. */
function answer(batch: readonly Run[], results: readonly PublishResult[]): void {
  let start = 0;
  for (const { entries, resolve } of batch) {
    resolve(results.slice(start, start + entries.length));
    start += entries.length;
  }
}

function firstOf(run: Run): Run {
  return { ...run, entries: run.entries.slice(0, 1) };
}

/** Why what waits is not sent any more; undefined when it is. */
function refusalOf({ signal, mayLeave }: Run): PublishResult | undefined {
  if (signal.aborted) return ABORTED;
  return mayLeave() ? undefined : LAPSED;
}

const ABORTED: PublishResult = {
  ok: false,
  failure: {
    kind: 'retry',
    code: 'AbortError',
    reason: 'The activity was cancelled before the event was sent',
  },
};

const LAPSED: PublishResult = {
  ok: false,
  failure: {
    kind: 'retry',
    code: 'AbortError',
    reason:
      'The worker process stood still until Temporal may have given this attempt up: the next one sends the event',
  },
};

/** One activity of a batch may be cancelled while the others want their answer: only all of them abort the request. */
function abortedWhenAll(signals: ReadonlySet<AbortSignal>): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const check = (): void => {
    if ([...signals].every(({ aborted }) => aborted)) controller.abort();
  };
  for (const signal of signals) signal.addEventListener('abort', check, { once: true });
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) signal.removeEventListener('abort', check);
    },
  };
}
