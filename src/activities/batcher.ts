import { MAX_BATCHES_IN_FLIGHT } from '../common/defaults.ts';
import type { PublishEntry } from '../common/publisher-protocol.ts';
import { toWireMessage, wireSize } from '../common/wire-format.ts';
import type { EventPublisher, PublishResult } from './event-publisher.ts';

interface Waiting {
  readonly entry: PublishEntry;
  readonly bytes: number;
  readonly signal: AbortSignal;
  resolve(result: PublishResult): void;
}

/**
 * Fills batches across the aggregates of one topic, in this process. An event leaves at once while few requests are in
 * flight; when many are, the events that become ready meanwhile leave together. A batch carries at most one event of an
 * aggregate: SNS says nothing about the later ones of a group when an earlier one fails.
 */
export class Batcher {
  readonly #topic: string;
  readonly #publisher: EventPublisher;
  #waiting: Waiting[] = [];
  #inFlight = 0;
  #isFlushScheduled = false;

  constructor(topic: string, publisher: EventPublisher) {
    this.#topic = topic;
    this.#publisher = publisher;
  }

  /** Never rejects. An aborted event that is still waiting is not sent; one in flight gets the answer that comes. */
  publish(entry: PublishEntry, signal: AbortSignal): Promise<PublishResult> {
    return new Promise((resolve) => {
      const bytes = wireSize(toWireMessage(this.#topic, entry));
      this.#waiting.push({ entry, bytes, signal, resolve });
      this.#scheduleFlush();
    });
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
    while (this.#waiting.length > 0 && this.#inFlight < MAX_BATCHES_IN_FLIGHT) {
      const batch = this.#takeBatch();
      if (batch.length === 0) return;
      this.#inFlight += 1;
      void this.#send(batch).finally(() => {
        this.#inFlight -= 1;
        this.#scheduleFlush();
      });
    }
  }

  #takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    const left: Waiting[] = [];
    const aggregates = new Set<string>();
    let bytes = 0;
    for (const waiting of this.#waiting) {
      const { id } = waiting.entry.message;
      if (waiting.signal.aborted) {
        waiting.resolve(ABORTED);
      } else if (this.#fits(batch, bytes + waiting.bytes) && !aggregates.has(id)) {
        batch.push(waiting);
        aggregates.add(id);
        bytes += waiting.bytes;
      } else {
        left.push(waiting);
      }
    }
    this.#waiting = left;
    return batch;
  }

  #fits(batch: readonly Waiting[], bytes: number): boolean {
    const { maxBatchEntries, maxBatchBytes = Number.POSITIVE_INFINITY } = this.#publisher;
    return batch.length === 0 || (batch.length < maxBatchEntries && bytes <= maxBatchBytes);
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    const entries = batch.map(({ entry }) => entry);
    const request = abortedWhenAll(new Set(batch.map(({ signal }) => signal)));
    try {
      const results = await this.#publisher.publish(this.#topic, entries, request.signal);
      batch.forEach(({ resolve }, index) => {
        resolve(results[index] ?? NO_RESULT);
      });
    } catch (error) {
      // The port promises not to reject. With one that does all the same, one event must not harm the others.
      if (batch.length > 1) {
        await Promise.all(batch.map((waiting) => this.#send([waiting])));
        return;
      }
      for (const { resolve } of batch) resolve(publisherFailed(error));
    } finally {
      request.release();
    }
  }
}

/** The first entries that one request takes: for those who let events of one aggregate share a batch. */
export function firstBatch(
  topic: string,
  entries: readonly PublishEntry[],
  { maxBatchEntries, maxBatchBytes = Number.POSITIVE_INFINITY }: EventPublisher,
): readonly PublishEntry[] {
  let bytes = 0;
  const end = entries.slice(0, maxBatchEntries).findIndex((entry, index) => {
    bytes += wireSize(toWireMessage(topic, entry));
    return index > 0 && bytes > maxBatchBytes;
  });
  return entries.slice(0, end === -1 ? maxBatchEntries : end);
}

const ABORTED: PublishResult = {
  ok: false,
  failure: {
    kind: 'retry',
    code: 'AbortError',
    reason: 'The activity was cancelled before the event was sent',
  },
};

/** A publisher that answers for fewer events than it got. */
export const NO_RESULT: PublishResult = {
  ok: false,
  failure: { kind: 'retry', code: 'NoResult', reason: 'The publisher gave no result' },
};

/** A publisher that throws, although the port promises that it does not. */
export function publisherFailed(error: unknown): PublishResult {
  const reason = error instanceof Error ? error.message : String(error);
  return { ok: false, failure: { kind: 'retry', code: 'PublisherFailed', reason } };
}

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
