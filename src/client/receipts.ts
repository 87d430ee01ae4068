import type { Client } from '@temporalio/client';
import { type MessageRef, NotPublishedError, type ParkedMessage, type Receipt } from '../common/errors.ts';
import type { PublishEntry, Settled } from '../common/publisher-protocol.ts';
import { ReceiptWaiter, type Wait } from './receipt-waiter.ts';

export interface WaitOptions {
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Waits until accepted messages are published. */
export class Receipts {
  readonly #topic: string;
  readonly #client: Client;
  readonly #waiters = new Map<string, ReceiptWaiter>();

  constructor(topic: string, client: Client) {
    this.#topic = topic;
    this.#client = client;
  }

  /** One receipt per entry, in their order. Throws {@link NotPublishedError} unless all are published. */
  async of(
    entries: readonly PublishEntry[],
    workflowIdOf: (id: string) => string,
    options: WaitOptions,
  ): Promise<readonly Receipt[]> {
    const started = Date.now();
    const refs = entries.map(({ message }) => ({ id: message.id, msgId: message.meta.msgId }));
    const waits = [...groupBy(refs, ({ id }) => workflowIdOf(id))].map(([workflowId, messages]) =>
      this.#waiterOf(workflowId).wait(messages),
    );
    const cause = await this.#untilDone(waits, options);
    const settled = new Map(waits.flatMap((wait) => [...wait.settled]));
    const result = split(refs, settled);
    if (result.parked.length === 0 && result.waiting.length === 0) return result.receipts;
    throw new NotPublishedError({ topic: this.#topic, waitedMs: Date.now() - started }, result, cause);
  }

  /** Why the wait ended before all was settled: undefined when all is, or when the time is over. */
  async #untilDone(waits: readonly Wait[], { timeout, signal }: WaitOptions): Promise<unknown> {
    const ending = new AbortController();
    const end = (): void => ending.abort(signal?.reason);
    const timer = timeout === undefined ? undefined : setTimeout(() => ending.abort(), timeout);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
    const ended = new Promise<void>((resolve) => {
      if (ending.signal.aborted) resolve();
      ending.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      await Promise.race([Promise.all(waits.map(({ done }) => done)), ended]);
      return signal?.aborted ? signal.reason : undefined;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      for (const wait of waits) wait.stop();
      for (const [workflowId, waiter] of this.#waiters) if (waiter.isIdle) this.#waiters.delete(workflowId);
    }
  }

  #waiterOf(workflowId: string): ReceiptWaiter {
    const waiter = this.#waiters.get(workflowId) ?? new ReceiptWaiter(this.#client, workflowId);
    this.#waiters.set(workflowId, waiter);
    return waiter;
  }
}

function split(
  refs: readonly MessageRef[],
  settled: ReadonlyMap<string, Settled>,
): Pick<NotPublishedError, 'receipts' | 'parked' | 'waiting'> {
  const receipts: Receipt[] = [];
  const parked: ParkedMessage[] = [];
  const waiting: MessageRef[] = [];
  for (const ref of refs) {
    const one = settled.get(ref.msgId);
    if (one === undefined) waiting.push(ref);
    else if (one.outcome === 'published') receipts.push({ ...ref, ...one.receipt });
    else parked.push({ ...ref, ...(one.outcome === 'parked' ? { parked: one.parked } : {}) });
  }
  return { receipts, parked, waiting };
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
