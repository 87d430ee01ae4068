import type { BenchEvent } from '../types.ts';
import type { Entry, Taken } from './query.ts';

/** What arrived at one topic. */
export interface TopicReport {
  /** Different messages, by deduplication id. */
  readonly messages: number;
  readonly groups: number;
  /** Requests that carried messages, and those of them that were refused. */
  readonly calls: number;
  readonly refusedCalls: number;
  /** Messages that came again; SNS FIFO drops them. */
  readonly duplicates: number;
  /** Messages that came before an earlier one of their group, or after a later one. */
  readonly outOfOrder: number;
  /** Of the different messages' bodies. */
  readonly bodyBytes: number;
  /** First and last acknowledgement. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** When each message was acknowledged, by deduplication id: milliseconds of `nowMs`. Absent unless asked for. */
  readonly acknowledgedAt?: Readonly<Record<string, number>>;
}

interface Waiter {
  readonly messages: number;
  resolve(at: number): void;
}

/** Counts, order and times of the messages of one topic. */
export class TopicLog {
  readonly #acknowledgedAt = new Map<string, number>();
  readonly #known = new Map<string, Taken>();
  readonly #lastNumbers = new Map<string, number>();
  #waiters: Waiter[] = [];
  #calls = 0;
  #refusedCalls = 0;
  #duplicates = 0;
  #outOfOrder = 0;
  #bodyBytes = 0;
  #firstAt = 0;
  #lastAt = 0;

  refuse(): void {
    this.#calls += 1;
    this.#refusedCalls += 1;
  }

  /** SNS has the messages from here on. */
  take(entries: readonly Entry[]): readonly Taken[] {
    this.#calls += 1;
    return entries.map((entry) => this.#takeOne(entry));
  }

  /** The answer leaves. */
  acknowledge(entries: readonly Entry[], now: number): void {
    for (const { deduplicationId } of entries) {
      if (!this.#acknowledgedAt.has(deduplicationId)) this.#acknowledgedAt.set(deduplicationId, now);
    }
    this.#firstAt ||= now;
    this.#lastAt = now;
    const isReached = ({ messages }: Waiter): boolean => this.#acknowledgedAt.size >= messages;
    for (const { resolve } of this.#waiters.filter(isReached)) resolve(now);
    this.#waiters = this.#waiters.filter((waiter) => !isReached(waiter));
  }

  /** Resolves when so many different messages are acknowledged, with the time of the last of them. */
  untilAcknowledged(messages: number): Promise<number> {
    if (this.#acknowledgedAt.size >= messages) return Promise.resolve(this.#lastAt);
    return new Promise((resolve) => {
      this.#waiters.push({ messages, resolve });
    });
  }

  report(withTimes: boolean): TopicReport {
    return {
      messages: this.#acknowledgedAt.size,
      groups: this.#lastNumbers.size,
      calls: this.#calls,
      refusedCalls: this.#refusedCalls,
      duplicates: this.#duplicates,
      outOfOrder: this.#outOfOrder,
      bodyBytes: this.#bodyBytes,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      ...(withTimes ? { acknowledgedAt: Object.fromEntries(this.#acknowledgedAt) } : {}),
    };
  }

  #takeOne({ entryId, groupId, deduplicationId, body }: Entry): Taken {
    const known = this.#known.get(deduplicationId);
    if (known) {
      this.#duplicates += 1;
      return { ...known, entryId };
    }
    this.#bodyBytes += Buffer.byteLength(body);
    const { event } = JSON.parse(body) as { event: BenchEvent };
    const last = this.#lastNumbers.get(groupId) ?? 0;
    if (event.number !== last + 1) this.#outOfOrder += 1;
    this.#lastNumbers.set(groupId, Math.max(last, event.number));
    const count = String(this.#known.size + 1);
    const taken = { entryId, messageId: `message-${count}`, sequenceNumber: count.padStart(20, '1') };
    this.#known.set(deduplicationId, taken);
    return taken;
  }
}
