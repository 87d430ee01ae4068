import { setTimeout as sleep } from 'node:timers/promises';
import type { RepublishOptions } from '../../client/republish/republish-options.ts';
import { describe, hasMethods, invalidArgument, isRecord, optionFaults } from '../../common/arguments.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import type { Handlers, TransactionOf } from '../handlers.ts';
import type { Inbox } from '../inbox.ts';
import { own } from '../own.ts';
import { checkKind, functionFaults, type KindOptions } from './kind-options.ts';

export interface ReadModelSpec<Topics extends readonly EventTopicDefinition[], Transaction>
  extends KindOptions<Topics> {
  /** What `apply` writes with: `transactionOf<PoolClient>()`. Default: as `init` and `clear` have it, or undefined. */
  readonly transaction?: TransactionOf<Transaction>;
  /** Makes what the read model is kept in, such as its tables, when it is not there; it may be called again. Default: nothing has to be made. */
  readonly init?: (transaction: Transaction) => Promise<void>;
  /** Empties the read model. Default: it cannot be rebuilt. */
  readonly clear?: (transaction: Transaction) => Promise<void>;
  /** How each event changes the read model: writes with `context.transaction`. By topic and event type, or a function per topic. */
  readonly apply: Handlers<Topics, Transaction>;
}

/** The part of an `EventTopic` that republishes. */
export interface RepublishTarget {
  republish(
    selection: { readonly all: true },
    options: RepublishOptions,
  ): Promise<{ readonly republishId: string; result(): Promise<unknown> }>;
}

export interface RebuildOptions<Topics extends readonly EventTopicDefinition[], Transaction> {
  /** The inbox of its collectors, of the same `Transaction`. */
  readonly inbox: Inbox<Transaction>;
  /** An `EventTopic` for each of its topics; their workers need the topic's `eventLog`. */
  readonly eventTopics: { readonly [Name in Topics[number]['name']]: RepublishTarget };
  /** Who rebuilds it: kept in Temporal's history. */
  readonly actor: string;
  readonly reason: string;
  /** Events of each topic per second, at most. Default: 100. */
  readonly rate?: number;
}

/** A projection of events into a store that is read. */
export interface ReadModel<Topics extends readonly EventTopicDefinition[], Transaction> {
  readonly name: string;
  /** For `new EventCollector({ ...readModel.options, queueUrl, client, inbox })`, or `createSqsEventHandler`. */
  readonly options: KindOptions<Topics> & { readonly handlers: Handlers<Topics, Transaction> };
  /** Makes what it is kept in. Call it before its collectors start. */
  init(inbox: Inbox<Transaction>): Promise<void>;
  /**
   * Empties it and forgets what was handled, both or neither, then republishes everything to it. Its collectors may go on: a live event that comes before its turn waits in the inbox for the republished ones.
   * So its topics must order by position, and the subscription's filter must let `republished` events with its name through. Resolves when the republishes have begun; `done()` resolves when all
   * is published again. Throws `INVALID_COLLECTOR`.
   */
  rebuild(options: RebuildOptions<Topics, Transaction>): Promise<Rebuild>;
  /**
   * Resolves when the read model has that event: a caller that has just appended it reads its own write. Of topics that order by position. Rejects with the signal's reason.
   */
  untilCaughtUp(inbox: Inbox<Transaction>, until: CaughtUpTo): Promise<void>;
}

export interface Rebuild {
  /** By topic. */
  readonly republishIds: Readonly<Record<string, string>>;
  done(): Promise<void>;
}

export interface CaughtUpTo {
  readonly topic: string;
  /** Aggregate id. */
  readonly id: string;
  readonly position: number;
  readonly signal: AbortSignal;
}

const KEYS = {
  name: true,
  topics: true,
  upcasters: true,
  transaction: true,
  init: true,
  clear: true,
  apply: true,
} as const;

const LOOK_EVERY_MS = 25;

/** Defines a read model. Throws `INVALID_COLLECTOR` with every fault. */
export function defineReadModel<const Topics extends readonly EventTopicDefinition[], Transaction = unknown>(
  spec: ReadModelSpec<Topics, Transaction>,
): ReadModel<Topics, Transaction> {
  checkKind(
    { subject: 'The read model', keys: KEYS, handlers: 'apply' },
    spec,
    functionFaults(spec, ['init', 'clear']),
  );
  const { name, topics, upcasters, apply, init } = spec;
  return {
    name,
    options: { name, topics, handlers: apply, ...(upcasters ? { upcasters } : {}) },
    init: (inbox) => inbox.transact(async (transaction) => init?.(transaction)),
    rebuild: (options) => rebuild(spec, options),
    untilCaughtUp: (inbox, until) => untilCaughtUp(name, inbox, until),
  };
}

async function rebuild<Topics extends readonly EventTopicDefinition[], Transaction>(
  { name, topics, clear }: ReadModelSpec<Topics, Transaction>,
  given: RebuildOptions<Topics, Transaction>,
): Promise<Rebuild> {
  refuseRebuild(name, [
    ...(clear ? [] : ['it has no clear()']),
    ...topics.flatMap(orderFaults),
    ...rebuildFaults(given, topics),
  ]);
  const { inbox, eventTopics, actor, reason, rate } = given;
  // First: it waits for handlers that run, and lets none begin before the read model is empty.
  await inbox.transact(async (transaction) => {
    await inbox.forget(name, { transaction });
    await clear?.(transaction);
  });
  const options = { actor, reason, audience: name, ...(rate === undefined ? {} : { rate }) };
  const targets = Object.entries<RepublishTarget>(eventTopics);
  const begun = await Promise.all(
    targets.map(async ([topic, target]) => [topic, await target.republish({ all: true }, options)] as const),
  );
  return {
    republishIds: Object.fromEntries(begun.map(([topic, { republishId }]) => [topic, republishId])),
    done: async () => void (await Promise.all(begun.map(([, republish]) => republish.result()))),
  };
}

function orderFaults({ name, ordering }: EventTopicDefinition): readonly string[] {
  if (ordering === 'position') return [];
  return [`${name} orders by arrival, so live events would overtake the republished ones for good`];
}

const REBUILD_KEYS = { inbox: true, eventTopics: true, actor: true, reason: true, rate: true } as const;

function rebuildFaults(options: unknown, topics: readonly EventTopicDefinition[]): readonly string[] {
  const shape = optionFaults(options, REBUILD_KEYS);
  if (!isRecord(options)) return shape;
  const { inbox, eventTopics, rate } = options;
  const targets = isRecord(eventTopics) ? eventTopics : {};
  const missing = topics.filter(({ name }) => !hasMethods(own(targets, name), ['republish']));
  const texts = ['actor', 'reason'].filter(
    (name) => typeof options[name] !== 'string' || options[name] === '',
  );
  return [
    ...shape,
    ...(hasMethods(inbox, ['transact', 'forget']) ? [] : [`inbox is an Inbox, not ${describe(inbox)}`]),
    ...missing.map(({ name }) => `eventTopics.${name} is an EventTopic`),
    ...texts.map((name) => `${name} is a text that is not empty, not ${describe(options[name])}`),
    ...(rate === undefined || (typeof rate === 'number' && rate >= 0.1 && rate <= 10_000)
      ? []
      : [`rate is a number from 0.1 to 10,000, not ${describe(rate)}`]),
  ];
}

function refuseRebuild(name: string, faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_COLLECTOR', `The read model cannot be rebuilt: ${faults.join('; ')}`, {
    details: { name },
    action: 'Nothing was done',
  });
}

async function untilCaughtUp<Transaction>(
  collector: string,
  inbox: Inbox<Transaction>,
  until: CaughtUpTo,
): Promise<void> {
  const { topic, id, position, signal } = until ?? {};
  if (
    !hasMethods(inbox, ['position']) ||
    !Number.isInteger(position) ||
    !hasMethods(signal, ['addEventListener'])
  )
    throw invalidArgument('untilCaughtUp(inbox, { topic, id, position, signal })', [
      'it takes an Inbox, and the position of an event, with a signal that ends the wait',
    ]);
  while ((await inbox.position({ collector, topic, id })) < position)
    await sleep(LOOK_EVERY_MS, undefined, { signal });
}
