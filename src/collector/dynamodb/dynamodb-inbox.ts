import type { DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { describe, isRecord, type KeysOf, optionFaults, wholeFaults } from '../../common/arguments.ts';
import type { EventMessage } from '../../common/message.ts';
import type { Arrival, ForgetOptions, HeldAggregate, Inbox, InboxAggregate, InboxAnswer } from '../inbox.ts';
import { refuseCollector } from '../refuse-collector.ts';
import { type DynamoDbTransaction, OpenTransaction } from './dynamodb-transaction.ts';
import { forget } from './forget.ts';
import { HeldEvents } from './held-events.ts';
import { advance, aggregateOf, leave, OWN_ATTRIBUTES, positionOf, remember } from './inbox-items.ts';
import { messageKey } from './inbox-keys.ts';
import { attributesOf, type InboxAttributes } from './inbox-table.ts';
import { cancellationOf, ItemStore } from './item-store.ts';

export interface DynamoDbInboxOptions extends InboxAttributes {
  /** It may `GetItem`, `Query`, `PutItem`, `UpdateItem`, `DeleteItem`, `ConditionCheckItem` and `BatchWriteItem` on the table, and whatever handlers add to their transactions. */
  readonly client: Pick<DynamoDBClient, 'send'>;
  /** A table as `inboxTable()` and `inboxTimeToLive()` describe it, in the account and region of the read model's. Collectors may share it. */
  readonly tableName: string;
  /**
   * For how many days a handled msgId is remembered at least, 1 to 3,650, of topics that order by arrival: longer than a queue and its dead-letter queue keep a message. DynamoDB deletes it within some days
   * after that. Default: 35.
   */
  readonly rememberDays?: number;
}

const OPTION_KEYS: KeysOf<DynamoDbInboxOptions> = {
  client: true,
  tableName: true,
  partitionKey: true,
  sortKey: true,
  timeToLive: true,
  rememberDays: true,
};

const REMEMBER_DAYS = 35;
const SECONDS_OF_DAY = 86_400;

/** What an event that may be handled needs of the inbox in its transaction: first the item whose condition decides. */
interface Admitted {
  readonly own: readonly [TransactWriteItem, ...TransactWriteItem[]];
  /** Something of its aggregate was held. */
  readonly hasHeld: boolean;
}

/**
 * Remembers in DynamoDB. `context.transaction` takes the writes of the handler; they are sent when it has ended, together with the memory of the event, in one `TransactWriteItems`. A condition of the handler
 * that fails fails the event: it is tried again. The error's `CancellationReasons` stand in the order in which the handler added its items.
 *
 * Two consumers with the same event may both run the handler; the transaction of one of them fails. So what a handler does otherwise than by its transaction may be done twice.
 */
export class DynamoDbInbox implements Inbox<DynamoDbTransaction> {
  readonly #store: ItemStore;
  readonly #held: HeldEvents;
  readonly #rememberSeconds: number;

  /** Throws `INVALID_COLLECTOR` with every fault of the options. */
  constructor(options: DynamoDbInboxOptions) {
    refuseCollector('The DynamoDbInbox', faultsOf(options));
    const { client, tableName, rememberDays = REMEMBER_DAYS } = options;
    this.#store = new ItemStore({ client, tableName, ...attributesOf(options) });
    this.#held = new HeldEvents(this.#store);
    this.#rememberSeconds = rememberDays * SECONDS_OF_DAY;
  }

  async handle(
    arrival: Arrival,
    run: (transaction: DynamoDbTransaction) => Promise<void>,
    signal: AbortSignal,
  ): Promise<InboxAnswer> {
    const admitted = await this.#admit(arrival);
    if ('outcome' in admitted) return admitted;
    const { own, hasHeld } = admitted;
    const { collector, topic, message } = arrival;
    const details = { collector, topic, id: message.id, msgId: message.meta.msgId };
    const items = await collect(new OpenTransaction(own.length, details), run);
    signal.throwIfAborted();
    try {
      await this.#store.write([...items, ...own]);
    } catch (error) {
      if (cancellationOf(error)?.[items.length] !== 'ConditionalCheckFailed') throw error;
      const answer = await this.#admit(arrival);
      // It was forgotten since the condition failed.
      if (!('outcome' in answer)) throw error;
      return answer;
    }
    if (arrival.ordering === 'arrival') return { outcome: 'handled', held: false };
    // Read after the commit: a consumer that held something before it has found nothing to go on with. When this read fails, so does the call, and the repeat finds a duplicate with what is held.
    return { outcome: 'handled', held: await this.#isWaiting(arrival, hasHeld) };
  }

  hold(arrival: Arrival): Promise<void> {
    return this.#held.hold(arrival);
  }

  nextHeld(
    aggregate: InboxAggregate,
    { before }: { readonly before?: number } = {},
  ): Promise<EventMessage | undefined> {
    return before === undefined ? this.#held.next(aggregate) : this.#held.before(aggregate, before);
  }

  /** Reads all that is held of each aggregate that it lists. */
  held(collector: string, { limit = 100 } = {}): Promise<readonly HeldAggregate[]> {
    return this.#held.list(collector, limit);
  }

  position(aggregate: InboxAggregate): Promise<number> {
    return this.#held.position(aggregate);
  }

  /**
   * Without a transaction it deletes in batches, and is not one step: stop the collector, and call it again when it rejects. With one, all that is remembered must fit into it, 100 items less what it has already: else it
   * throws `INVALID_ARGUMENT` and adds nothing. DynamoDB has no transaction over items that nobody has named, so what is handled between this call and the commit is not forgotten: stop the collector meanwhile. Not for a
   * handler's own transaction, which has the memory of its event already.
   */
  forget(collector: string, options: ForgetOptions<DynamoDbTransaction> = {}): Promise<void> {
    return forget(this.#store, collector, options);
  }

  /** Rejects, and nothing is written, when `work` rejects or a condition fails. */
  async transact(work: (transaction: DynamoDbTransaction) => Promise<void>): Promise<void> {
    await this.#store.write(await collect(new OpenTransaction(0, {}), work));
  }

  async #admit(arrival: Arrival): Promise<Admitted | InboxAnswer> {
    if (arrival.ordering === 'position') return this.#admitNext(arrival);
    const { collector, topic, message } = arrival;
    const known = await this.#store.get(messageKey(collector, topic, message.meta.msgId));
    if (known) return { outcome: 'duplicate', held: false };
    const expiresAt = Math.ceil(Date.now() / 1_000) + this.#rememberSeconds;
    return { own: [remember(this.#store, arrival, expiresAt)], hasHeld: false };
  }

  async #admitNext(arrival: Arrival): Promise<Admitted | InboxAnswer> {
    const aggregate = aggregateOf(arrival);
    const place = await this.#held.place(aggregate);
    const hasHeld = place.held !== undefined;
    const position = positionOf(arrival);
    if (position <= place.position) {
      const held = hasHeld && (await this.#held.isWaiting(aggregate, place.position));
      return { outcome: 'duplicate', held };
    }
    if (position > place.position + 1 && !arrival.acceptGap)
      return { outcome: 'early', expected: place.position + 1 };
    const own = advance(this.#store, arrival);
    return { own: place.held === position ? [own, leave(this.#store, arrival)] : [own], hasHeld };
  }

  /** One read where nothing is held, which is nearly always. */
  async #isWaiting(arrival: Arrival, hadHeld: boolean): Promise<boolean> {
    const aggregate = aggregateOf(arrival);
    const hasHeld = hadHeld || (await this.#held.place(aggregate)).held !== undefined;
    return hasHeld && (await this.#held.isWaiting(aggregate, positionOf(arrival)));
  }
}

/** What was added while `work` ran. Later it takes nothing more. */
async function collect(
  transaction: OpenTransaction,
  work: (transaction: DynamoDbTransaction) => Promise<void>,
): Promise<readonly TransactWriteItem[]> {
  try {
    await work(transaction);
  } finally {
    transaction.close();
  }
  return transaction.close();
}

function faultsOf(options: unknown): readonly string[] {
  const shape = optionFaults(options, OPTION_KEYS);
  if (!isRecord(options)) return shape;
  const { client, tableName, rememberDays } = options;
  const isClient =
    typeof client === 'object' && client !== null && 'send' in client && typeof client.send === 'function';
  return [
    ...shape,
    ...(isClient ? [] : [`client is a DynamoDBClient, not ${describe(client)}`]),
    ...(typeof tableName === 'string' && tableName !== ''
      ? []
      : [`tableName is a text that is not empty, not ${describe(tableName)}`]),
    ...attributeFaults(options),
    ...wholeFaults('rememberDays', rememberDays, { from: 1, to: 3_650 }),
  ];
}

function attributeFaults(options: InboxAttributes): readonly string[] {
  const taken = new Set<string>(OWN_ATTRIBUTES);
  return Object.entries(attributesOf(options)).flatMap(([key, name]: [string, unknown]) => {
    if (typeof name !== 'string' || name === '')
      return [`${key} is a text that is not empty, not ${describe(name)}`];
    if (taken.has(name)) return [`${key} is '${name}', which is the name of another attribute`];
    taken.add(name);
    return [];
  });
}
