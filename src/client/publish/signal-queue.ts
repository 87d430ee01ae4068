import { countWithin } from '../../common/count-within.ts';
import { SIGNAL_LIMITS } from '../../common/defaults.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';

/** Sends entries in one signal; resolves when Temporal holds them. */
export type SendSignal = (entries: readonly PublishEntry[]) => Promise<void>;

/** What became of one call's entries: the first `accepted` are held by Temporal. */
export interface SignalOutcome {
  readonly accepted: number;
  /** Why the others are not known to be accepted. Absent when all are. */
  readonly error?: unknown;
}

interface Call {
  readonly entries: readonly PublishEntry[];
  readonly signal: AbortSignal | undefined;
  sent: number;
  resolve(outcome: SignalOutcome): void;
}

/**
 * The calls for one publisher workflow, in call order. One signal is in flight at a time; calls made meanwhile ride
 * together in the next one. When a signal fails, the calls behind it fail too: sent alone, their events could overtake.
 */
export class SignalQueue {
  readonly #send: SendSignal;
  #calls: Call[] = [];
  #running = false;

  constructor(send: SendSignal) {
    this.#send = send;
  }

  /** Resolves always; never rejects. Entries that are not yet sent when `signal` aborts are not sent any more. */
  enqueue(entries: readonly PublishEntry[], signal?: AbortSignal): Promise<SignalOutcome> {
    return new Promise((resolve) => {
      this.#calls.push({ entries, signal, sent: 0, resolve });
      if (!this.#running) void this.#run();
    });
  }

  /** Every call has its outcome. */
  get isIdle(): boolean {
    return !this.#running;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let batch = this.#nextBatch(); batch.length > 0; batch = this.#nextBatch()) {
      try {
        await this.#send(batch);
        this.#accepted(batch.length);
      } catch (error) {
        for (const call of this.#calls.splice(0)) call.resolve({ accepted: call.sent, error });
      }
    }
    this.#running = false;
  }

  #nextBatch(): readonly PublishEntry[] {
    this.#dropAborted();
    const batch: PublishEntry[] = [];
    for (const { entries, sent } of this.#calls) {
      if (batch.length >= SIGNAL_LIMITS.maxEntries) break;
      batch.push(...entries.slice(sent, sent + SIGNAL_LIMITS.maxEntries));
    }
    return batch.slice(0, countWithin(batch, SIGNAL_LIMITS));
  }

  #dropAborted(): void {
    const aborted = this.#calls.filter(({ signal }) => signal?.aborted);
    if (aborted.length === 0) return;
    this.#calls = this.#calls.filter(({ signal }) => !signal?.aborted);
    for (const call of aborted) call.resolve({ accepted: call.sent, error: call.signal?.reason });
  }

  #accepted(count: number): void {
    let left = count;
    let done = 0;
    for (const call of this.#calls) {
      const taken = Math.min(left, call.entries.length - call.sent);
      call.sent += taken;
      left -= taken;
      if (call.sent < call.entries.length) break;
      done += 1;
    }
    for (const call of this.#calls.splice(0, done)) call.resolve({ accepted: call.sent });
  }
}
