import { SIGNAL_LIMITS } from '../../common/defaults.ts';
import type { EventMessage } from '../../common/message.ts';
import type { Changes } from '../changes.ts';

/** A message that was taken from a stream. */
export interface StreamItem {
  /** Index in the stream. */
  readonly index: number;
  readonly message: EventMessage;
  /** Length of its JSON. */
  readonly bytes: number;
}

/** Publishes items of one aggregate. Resolves when their outcome is known; never rejects. */
export type PublishItems = (items: readonly StreamItem[]) => Promise<void>;

interface Lane {
  readonly id: string;
  readonly waiting: StreamItem[];
  isBusy: boolean;
}

/** Calls in flight at the same time, at most: a bulk export should not use up the namespace's rate limit at once. */
const MAX_CALLS = 100;

/**
 * Items that wait to be published, in order, by aggregate. An aggregate has one call in flight, so that its later
 * events cannot leave before it is known that the earlier ones are accepted; other aggregates do not wait for it.
 */
export class StreamLanes {
  readonly #publish: PublishItems;
  readonly #changes: Changes;
  readonly #lanes = new Map<string, Lane>();
  /** Those with items and without a call, the longest waiting first. */
  readonly #ready = new Set<Lane>();
  #calls = 0;
  #isScheduled = false;
  #isStopped = false;

  constructor(publish: PublishItems, changes: Changes) {
    this.#publish = publish;
    this.#changes = changes;
  }

  add(item: StreamItem): void {
    const { id } = item.message;
    const lane = this.#lanes.get(id) ?? { id, waiting: [], isBusy: false };
    this.#lanes.set(id, lane);
    lane.waiting.push(item);
    this.#offer(lane);
  }

  /** No further call is made. */
  stop(): void {
    this.#isStopped = true;
  }

  get hasCalls(): boolean {
    return this.#calls > 0;
  }

  /** No item waits or is under way. */
  get areEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  #offer(lane: Lane): void {
    if (lane.isBusy) return;
    if (lane.waiting.length > 0) this.#ready.add(lane);
    else this.#lanes.delete(lane.id);
    this.#schedule();
  }

  /** What the source has ready goes together: it is all read before the next turn of the event loop. */
  #schedule(): void {
    if (this.#isScheduled || this.#ready.size === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    for (const lane of this.#ready) {
      if (this.#isStopped || this.#calls >= MAX_CALLS) return;
      this.#ready.delete(lane);
      void this.#call(lane);
    }
  }

  async #call(lane: Lane): Promise<void> {
    lane.isBusy = true;
    this.#calls += 1;
    await this.#publish(lane.waiting.splice(0, countForCall(lane.waiting)));
    this.#calls -= 1;
    lane.isBusy = false;
    this.#offer(lane);
    this.#changes.notify();
  }
}

/**
 * As much as one signal takes. What comes again, by msgId or position, waits for the next call: `publish` refuses it
 * within one, while the publisher knows what to do with it.
 */
function countForCall(waiting: readonly StreamItem[]): number {
  const seen = new Set<string | number>();
  let bytes = 0;
  let count = 0;
  for (const { message, bytes: size } of waiting) {
    const { meta, position = meta.msgId } = message;
    bytes += size;
    const isFull = count === SIGNAL_LIMITS.maxEntries || bytes > SIGNAL_LIMITS.maxChars;
    if (count > 0 && (isFull || seen.has(meta.msgId) || seen.has(position))) break;
    seen.add(meta.msgId).add(position);
    count += 1;
  }
  return count;
}
