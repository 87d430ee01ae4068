import {
  isEventTopicError,
  type MessageRef,
  NotPublishedError,
  type ParkedMessage,
  type Receipt,
} from '../../common/errors.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { Settled } from '../../common/protocol/receipts.ts';
import { ReceiptWaiter, type Wait, type WaiterOptions } from './receipt-waiter.ts';

export interface WaitOptions {
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

// What Node.js can set a timer for, 24 days; with more it rings at once.
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits until accepted messages are published. */
export class Receipts {
  readonly #topic: string;
  readonly #options: WaiterOptions;
  // By workflow id: those who ask.
  readonly #waiters = new Map<string, ReceiptWaiter>();

  constructor(topic: string, options: WaiterOptions) {
    this.#topic = topic;
    this.#options = options;
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
    const cause = await untilDone(waits, options);
    const settled = new Map(waits.flatMap((wait) => [...wait.settled]));
    const result = split(refs, settled);
    if (result.parked.length === 0 && result.waiting.length === 0) return result.receipts;
    throw new NotPublishedError({ topic: this.#topic, waitedMs: Date.now() - started }, result, cause);
  }

  #waiterOf(workflowId: string): ReceiptWaiter {
    const known = this.#waiters.get(workflowId);
    if (known) return known;
    const onIdle = (): void => void this.#waiters.delete(workflowId);
    const waiter = new ReceiptWaiter(this.#options, { workflowId, onIdle });
    this.#waiters.set(workflowId, waiter);
    return waiter;
  }
}

/** Why the wait ended before all was settled: undefined when all is, or when the time is over. */
async function untilDone(waits: readonly Wait[], { timeout, signal }: WaitOptions): Promise<unknown> {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const timer = timeout === undefined ? undefined : setTimeout(end, Math.min(timeout, MAX_TIMER_MS));
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  try {
    await Promise.race([Promise.all(waits.map(({ done }) => done)), ended]);
    return signal?.aborted ? signal.reason : undefined;
  } catch (error) {
    if (isEventTopicError(error)) throw error;
    return error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    for (const wait of waits) wait.stop();
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
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
