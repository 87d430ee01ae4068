import { setTimeout as sleep } from 'node:timers/promises';
import { EventTopicError } from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';
import type { Arrival, HeldAggregate, InboxAggregate } from '../inbox.ts';
import { aggregateOf, keep, numberIn, positionOf, textIn, unnote } from './inbox-items.ts';
import { aggregateKey, heldKey, holderKey, holdersOf, type ItemKey } from './inbox-keys.ts';
import { cancellationOf, type Item, type ItemStore } from './item-store.ts';

// DynamoDB: an item has 409,600 bytes at most, with its keys and names.
const MAX_MESSAGE_BYTES = 400_000;
const HOLD_ATTEMPTS = 6;

/** The events that came early. */
export class HeldEvents {
  readonly #store: ItemStore;

  constructor(store: ItemStore) {
    this.#store = store;
  }

  /** Nothing is held that was handled meanwhile. */
  async hold(arrival: Arrival): Promise<void> {
    refuseLarge(arrival);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#store.write(keep(this.#store, arrival));
        return;
      } catch (error) {
        const reasons = cancellationOf(error);
        if (reasons?.[0] === 'ConditionalCheckFailed') return;
        // Of two transactions on one aggregate at the same time DynamoDB refuses one. Here no handler has to be run again for it.
        if (attempt === HOLD_ATTEMPTS || !reasons?.includes('TransactionConflict')) throw error;
        await sleep(Math.random() * 20 * 2 ** attempt);
      }
    }
  }

  async next(aggregate: InboxAggregate): Promise<EventMessage | undefined> {
    const position = await this.position(aggregate);
    const item = await this.#store.get(heldKey(aggregate, position + 1));
    return item && (JSON.parse(textIn(item, 'message')) as EventMessage);
  }

  /** The first one behind the watermark, when it is below that position. */
  async before(aggregate: InboxAggregate, position: number): Promise<EventMessage | undefined> {
    const from = (await this.position(aggregate)) + 1;
    for await (const found of this.#held(aggregate, from)) {
      const held = numberIn(found, 'position');
      const item = held < position ? await this.#store.get(heldKey(aggregate, held)) : undefined;
      return item && (JSON.parse(textIn(item, 'message')) as EventMessage);
    }
    return undefined;
  }

  /** The watermark. */
  async position(aggregate: InboxAggregate): Promise<number> {
    return numberIn(await this.#store.get(aggregateKey(aggregate)), 'position');
  }

  /** The watermark, and the first of what is held, in one read. */
  async place(aggregate: InboxAggregate): Promise<{ readonly position: number; readonly held?: number }> {
    const { partition, sort } = aggregateKey(aggregate);
    const found = { position: 0, held: undefined as number | undefined };
    for await (const item of this.#store.query({
      partition,
      prefix: sort,
      limit: 2,
      attributes: ['position'],
    })) {
      if (this.#sortOf(item) === sort) found.position = numberIn(item, 'position');
      else found.held ??= numberIn(item, 'position');
    }
    const { position, held } = found;
    return held === undefined ? { position } : { position, held };
  }

  /** Whether events wait behind a position. What is held up to it was passed over, and is deleted. */
  async isWaiting(aggregate: InboxAggregate, position: number): Promise<boolean> {
    const note = await this.#store.get(holderKey(aggregate));
    const passed: ItemKey[] = [];
    let isWaiting = false;
    for await (const item of this.#held(aggregate, 0)) {
      isWaiting = numberIn(item, 'position') > position;
      if (isWaiting) break;
      passed.push(heldKey(aggregate, numberIn(item, 'position')));
    }
    await this.#store.delete(passed);
    if (!isWaiting && note) await this.#unnote(aggregate, textIn(note, 'lastHold'));
    return isWaiting;
  }

  async list(collector: string, limit: number): Promise<readonly HeldAggregate[]> {
    const notes: Item[] = [];
    const attributes = ['topic', 'id', 'since'];
    for await (const note of this.#store.query({ partition: holdersOf(collector), attributes }))
      notes.push(note);
    notes.sort((a, b) => textIn(a, 'since').localeCompare(textIn(b, 'since')));
    const list: HeldAggregate[] = [];
    for (const note of notes) {
      if (list.length >= limit) break;
      const [topic, id] = [JSON.parse(textIn(note, 'topic')), JSON.parse(textIn(note, 'id'))];
      list.push(...(await this.#countOf({ collector, topic, id })));
    }
    return list.sort((a, b) => a.since.localeCompare(b.since));
  }

  /** None, when its events were handled and the process ended before it took the note away. */
  async #countOf(aggregate: InboxAggregate): Promise<readonly HeldAggregate[]> {
    const position = await this.position(aggregate);
    if (!(await this.isWaiting(aggregate, position))) return [];
    const since: string[] = [];
    for await (const item of this.#held(aggregate, position + 1)) since.push(textIn(item, 'heldAt'));
    const [first] = since.sort();
    return first === undefined
      ? []
      : [{ ...aggregate, expected: position + 1, count: since.length, since: first }];
  }

  #held(aggregate: InboxAggregate, from: number): AsyncGenerator<Item> {
    const { partition, sort } = heldKey(aggregate, from);
    const last = heldKey(aggregate, Number.MAX_SAFE_INTEGER).sort;
    return this.#store.query({ partition, between: [sort, last], attributes: ['position', 'heldAt'] });
  }

  async #unnote(aggregate: InboxAggregate, lastHold: string): Promise<void> {
    try {
      await this.#store.write([unnote(this.#store, aggregate, lastHold)]);
    } catch (error) {
      // Something was held just now, so it stays; or another process takes it away. If none does, list() will.
      if (cancellationOf(error) === undefined) throw error;
    }
  }

  #sortOf(item: Item): string {
    return textIn(item, this.#store.attributes.sortKey);
  }
}

function refuseLarge(arrival: Arrival): void {
  const { collector, topic, id } = aggregateOf(arrival);
  const bytes = Buffer.byteLength(JSON.stringify(arrival.message));
  if (bytes <= MAX_MESSAGE_BYTES) return;
  throw new EventTopicError(
    'INVALID_ARGUMENT',
    'The event came early and is too large for DynamoDB to hold',
    {
      details: { collector, topic, id, position: positionOf(arrival), bytes, maxBytes: MAX_MESSAGE_BYTES },
      action:
        "Publish the missing events before it, give the collector the topic's EventLog, or set onGap to 'report'",
    },
  );
}
