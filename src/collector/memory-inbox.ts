import { invalidArgument, isRecord, type KeysOf, optionFaults } from '../common/arguments.ts';
import type { EventMessage } from '../common/message.ts';
import type { Arrival, ForgetOptions, HeldAggregate, Inbox, InboxAggregate, InboxAnswer } from './inbox.ts';

export interface MemoryInboxOptions {
  /** How many msgIds it remembers of topics that order by arrival, 1 to 10,000,000: the oldest are forgotten first. Default: 100,000. */
  readonly maxMsgIds?: number;
}

const OPTION_KEYS: KeysOf<MemoryInboxOptions> = { maxMsgIds: true };
const MAX_MSG_IDS = 100_000;

interface Place {
  readonly aggregate: InboxAggregate;
  position: number;
  readonly held: Map<number, EventMessage>;
  since: string;
}

/**
 * Remembers in the process: for tests, and for handlers that bear an event twice after a restart. It has no transaction, so a handler that is killed after its effects and before
 * it returns does them again.
 */
export class MemoryInbox implements Inbox<undefined> {
  readonly #maxMsgIds: number;
  readonly #msgIds = new Set<string>();
  readonly #places = new Map<string, Place>();
  /** What is being handled, by aggregate: the next one waits for it. */
  readonly #running = new Map<string, Promise<unknown>>();

  /** Throws `INVALID_ARGUMENT`. */
  constructor(options: MemoryInboxOptions = {}) {
    const faults = [...optionFaults(options, OPTION_KEYS)];
    const { maxMsgIds = MAX_MSG_IDS }: MemoryInboxOptions = isRecord(options) ? options : {};
    if (!Number.isInteger(maxMsgIds) || maxMsgIds < 1 || maxMsgIds > 10_000_000)
      faults.push('maxMsgIds is a whole number from 1 to 10,000,000');
    if (faults.length > 0) throw invalidArgument('new MemoryInbox({ maxMsgIds })', faults);
    this.#maxMsgIds = maxMsgIds;
  }

  async handle(
    arrival: Arrival,
    run: (transaction: undefined) => Promise<void>,
    signal: AbortSignal,
  ): Promise<InboxAnswer> {
    const key = keyOf(aggregateOf(arrival));
    const before = this.#running.get(key) ?? Promise.resolve();
    const inOrder = arrival.ordering === 'position';
    const answer = before.then(() =>
      inOrder ? this.#handleInOrder(arrival, run, signal) : this.#handleOnce(arrival, run, signal),
    );
    const ended = answer.catch(() => undefined);
    this.#running.set(key, ended);
    try {
      return await answer;
    } finally {
      if (this.#running.get(key) === ended) this.#running.delete(key);
    }
  }

  async hold(arrival: Arrival): Promise<void> {
    const place = this.#place(aggregateOf(arrival));
    await this.#running.get(keyOf(aggregateOf(arrival)));
    if (positionOf(arrival) <= place.position) return;
    if (place.held.size === 0) place.since = new Date().toISOString();
    place.held.set(positionOf(arrival), arrival.message);
  }

  async nextHeld(
    aggregate: InboxAggregate,
    { before }: { readonly before?: number } = {},
  ): Promise<EventMessage | undefined> {
    const place = this.#places.get(keyOf(aggregate));
    if (place === undefined) return undefined;
    if (before === undefined) return place.held.get(place.position + 1);
    const [first = before] = [...place.held.keys()]
      .filter((position) => position > place.position)
      .sort((a, b) => a - b);
    return first < before ? place.held.get(first) : undefined;
  }

  async held(collector: string, { limit = 100 } = {}): Promise<readonly HeldAggregate[]> {
    return [...this.#places.values()]
      .filter(({ aggregate, held }) => aggregate.collector === collector && held.size > 0)
      .sort((a, b) => a.since.localeCompare(b.since))
      .slice(0, limit)
      .map(({ aggregate, position, held, since }) => ({
        ...aggregate,
        expected: position + 1,
        count: held.size,
        since,
      }));
  }

  async position(aggregate: InboxAggregate): Promise<number> {
    return this.#places.get(keyOf(aggregate))?.position ?? 0;
  }

  async transact(work: (transaction: undefined) => Promise<void>): Promise<void> {
    await work(undefined);
  }

  async forget(collector: string, { topics }: ForgetOptions<undefined> = {}): Promise<void> {
    // What is being handled would be remembered behind its back.
    await Promise.all(this.#running.values());
    const prefixes = topics?.map((topic) => prefixOf(collector, topic)) ?? [prefixOf(collector)];
    for (const memory of [this.#msgIds, this.#places])
      for (const key of memory.keys())
        if (prefixes.some((prefix) => key.startsWith(prefix))) memory.delete(key);
  }

  async #handleOnce(
    { collector, topic, message }: Arrival,
    run: (transaction: undefined) => Promise<void>,
    signal: AbortSignal,
  ): Promise<InboxAnswer> {
    const key = `${prefixOf(collector, topic)}${message.meta.msgId}`;
    if (this.#msgIds.has(key)) return { outcome: 'duplicate', held: false };
    await run(undefined);
    signal.throwIfAborted();
    this.#msgIds.add(key);
    const [oldest] = this.#msgIds;
    if (this.#msgIds.size > this.#maxMsgIds && oldest !== undefined) this.#msgIds.delete(oldest);
    return { outcome: 'handled', held: false };
  }

  async #handleInOrder(
    arrival: Arrival,
    run: (transaction: undefined) => Promise<void>,
    signal: AbortSignal,
  ): Promise<InboxAnswer> {
    const place = this.#place(aggregateOf(arrival));
    const position = positionOf(arrival);
    if (position <= place.position) return { outcome: 'duplicate', held: place.held.size > 0 };
    if (position > place.position + 1 && !arrival.acceptGap)
      return { outcome: 'early', expected: place.position + 1 };
    await run(undefined);
    signal.throwIfAborted();
    place.position = position;
    for (const early of place.held.keys()) if (early <= position) place.held.delete(early);
    return { outcome: 'handled', held: place.held.size > 0 };
  }

  #place(aggregate: InboxAggregate): Place {
    const key = keyOf(aggregate);
    const place = this.#places.get(key) ?? { aggregate, position: 0, held: new Map(), since: '' };
    this.#places.set(key, place);
    return place;
  }
}

function aggregateOf({ collector, topic, message }: Arrival): InboxAggregate {
  return { collector, topic, id: message.id };
}

function positionOf({ message }: Arrival): number {
  return message.position ?? 0;
}

function keyOf({ collector, topic, id }: InboxAggregate): string {
  return `${prefixOf(collector, topic)}${id}`;
}

// Names of topics have no space.
function prefixOf(collector: string, topic?: string): string {
  return `${JSON.stringify(collector)} ${topic === undefined ? '' : `${topic} `}`;
}
