import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { invalidArgument, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import { isEventTopicError } from '../../common/errors.ts';
import type { Checkpoint, EventLog, ReadAllOptions, StoredEvent } from '../../common/event-log.ts';
import type { EventMessage } from '../../common/message.ts';
import { type Clause, toTests } from './clauses.ts';
import type { ContractTest } from './event-publisher-contract.ts';
import { sampleEvent } from './sample-events.ts';

/** An EventLog of its own, empty, for one test. */
export interface EventLogRig {
  readonly eventLog: EventLog;
  /** Stores messages, each with its position, and commits them. */
  append(messages: readonly EventMessage[]): Promise<void>;
  /** Begins a transaction. Default: the store has none that others could overtake. */
  begin?(): Promise<EventLogTransaction>;
  /** Ends what `create` has begun. Default: nothing is to be ended. */
  close?(): Promise<void>;
}

export interface EventLogTransaction {
  append(messages: readonly EventMessage[]): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** The EventLog that is tested. */
export interface EventLogContractOptions {
  /** Makes an EventLog without events. Called once per test. */
  create(): Promise<EventLogRig>;
  /** Whether its rigs have transactions (`begin`): the tests of what a reader may see are for those. */
  readonly transactions: boolean;
}

/**
 * The tests that every {@link EventLog} must pass. With any test runner:
 *
 * ```ts
 * describe('MyEventLog', () => {
 *   for (const { title, run } of eventLogContract({ create, transactions: true })) it(title, run);
 * });
 * ```
 */
export function eventLogContract(options: EventLogContractOptions): readonly ContractTest[] {
  checkOptions(options);
  return toTests(clauses, options);
}

const OPTION_KEYS: KeysOf<EventLogContractOptions> = { create: true, transactions: true };

function checkOptions(options: EventLogContractOptions): void {
  const faults = [...optionFaults(options, OPTION_KEYS)];
  if (isRecord(options) && typeof options.create !== 'function') faults.push('create makes an EventLog');
  if (isRecord(options) && typeof options.transactions !== 'boolean')
    faults.push('transactions says whether its rigs have any');
  if (faults.length > 0) throw invalidArgument('eventLogContract({ create, transactions })', faults);
}

const clauses: readonly Clause<EventLogRig>[] = [
  {
    title: 'has nothing before anything is stored',
    check: async ({ eventLog }) => {
      assert.deepEqual(await read(eventLog, undefined), []);
      assert.deepEqual(await streamOf(eventLog, 'A', 1), []);
    },
  },
  {
    title: 'gives exactly what was stored, with the time, by UTC',
    check: async ({ eventLog, append }) => {
      const unusual = [
        { type: 'a "quoted" \\ text', list: [1, null, { deep: 'ä😀' }] },
        'a bare text',
        0,
        null,
      ];
      const stored = unusual.map((event, index) => ({ ...message('A 1', index + 1), event }));
      await append(stored);
      const events = await read(eventLog, undefined);

      assert.deepEqual(messagesOf(events), stored);
      assert.deepEqual(await streamOf(eventLog, 'A 1', 1), stored);
      for (const { storedAt } of events) assert.match(storedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    },
  },
  {
    title: 'gives an aggregate in the order of its stream, and later appends later',
    check: async ({ eventLog, append }) => {
      await append(messages('A', 1, 2));
      await append(messages('B', 1, 3));
      await append(messages('A', 3, 4));
      assert.deepEqual(messagesOf(await read(eventLog, undefined)), [
        ...messages('A', 1, 2),
        ...messages('B', 1, 3),
        ...messages('A', 3, 4),
      ]);
    },
  },
  {
    title: 'goes on behind any checkpoint, with at most as many as are wanted',
    check: async ({ eventLog, append }) => {
      for (let index = 1; index <= 7; index += 1) await append([message('A', index)]);
      const all = await read(eventLog, undefined);
      assert.equal(all.length, 7);
      assert.equal((await read(eventLog, undefined, { limit: 3 })).length, 3);
      for (const [index, { checkpoint }] of all.entries()) {
        assert.deepEqual(await read(eventLog, checkpoint), all.slice(index + 1));
      }
    },
  },
  {
    title: 'has checkpoints that are larger texts further behind',
    check: async ({ eventLog, append }) => {
      for (let index = 1; index <= 12; index += 1) await append([message('A', index)]);
      const checkpoints = (await read(eventLog, undefined)).map(({ checkpoint }) => checkpoint);
      assert.deepEqual(checkpoints, [...new Set(checkpoints)].sort());
    },
  },
  {
    title: 'gives one stream from a position',
    check: async ({ eventLog, append }) => {
      await append([...messages('A', 1, 4), ...messages('B', 1, 2)]);
      assert.deepEqual(await streamOf(eventLog, 'A', 3), messages('A', 3, 4));
      assert.deepEqual(await streamOf(eventLog, 'A', 5), []);
      assert.deepEqual(await streamOf(eventLog, 'C', 1), []);
    },
  },
  {
    title: 'refuses a checkpoint of another EventLog',
    check: async ({ eventLog }) => {
      await assert.rejects(read(eventLog, 'not/a checkpoint/of this one'), (error) =>
        isEventTopicError(error, 'INVALID_CHECKPOINT'),
      );
    },
  },
  {
    title: 'knows its end, and how much is stored behind a place, if it says so',
    check: async ({ eventLog, append }) => {
      assert.equal(await eventLog.end?.(never), undefined);
      await append(messages('A', 1, 5));
      const all = await read(eventLog, undefined);
      if (eventLog.end) assert.equal(await eventLog.end(never), all.at(-1)?.checkpoint);
      if (eventLog.countAfter) {
        assert.equal(await eventLog.countAfter(undefined, never), 5);
        assert.equal(await eventLog.countAfter(all[1]?.checkpoint, never), 3);
      }
    },
  },
  {
    title: 'shows no event that is not committed, nor one that is rolled back',
    onlyWithTransactions: true,
    check: async ({ eventLog, append, begin = noTransactions }) => {
      const rolledBack = await begin();
      await rolledBack.append(messages('A', 1, 2));
      await rolledBack.rollback();
      const open = await begin();
      await open.append(messages('B', 1, 2));
      assert.deepEqual(await readFor(eventLog, 200), []);
      await open.commit();
      await append(messages('C', 1, 1));
      assert.deepEqual(messagesOf(await readToEnd(eventLog, undefined)), [
        ...messages('B', 1, 2),
        ...messages('C', 1, 1),
      ]);
    },
  },
  {
    title: 'loses no event of a transaction that commits after one that began later',
    onlyWithTransactions: true,
    check: async ({ eventLog, append, begin = noTransactions }) => {
      const early = await begin();
      await early.append(messages('A', 1, 1));
      await append(messages('B', 1, 1));
      const before = await readFor(eventLog, 200);
      await early.append(messages('A', 2, 2));
      await early.commit();
      const after = await readToEnd(eventLog, before.at(-1)?.checkpoint);
      const seen = messagesOf([...before, ...after]).map(({ meta }) => meta.msgId);
      assert.deepEqual([...seen].sort(), ['A-1', 'A-2', 'B-1']);
      assert.ok(seen.indexOf('A-1') < seen.indexOf('A-2'));
    },
  },
  {
    title: 'loses nothing to a reader that follows several writers, and shows it each stream in order',
    onlyWithTransactions: true,
    check: async ({ eventLog, begin = noTransactions }) => {
      const writers = ['A', 'B', 'C', 'D', 'E', 'F'].map(async (id, writer) => {
        for (let position = 1; position <= 20; position += 2) {
          const transaction = await begin();
          await transaction.append([message(id, position)]);
          await sleep((position * 7 + writer * 3) % 10);
          await transaction.append([message(id, position + 1)]);
          await (position % 5 === 3
            ? retry(transaction, begin, [message(id, position), message(id, position + 1)])
            : transaction.commit());
        }
      });
      const seen = await follow(eventLog, 120);
      await Promise.all(writers);
      for (const id of ['A', 'B', 'C', 'D', 'E', 'F']) {
        assert.deepEqual(
          seen.filter((one) => one.id === id).map(({ position }) => position),
          Array.from({ length: 20 }, (_, index) => index + 1),
        );
      }
    },
  },
];

/** A rollback leaves a hole in the numbers, which is not an event that is still to come. */
async function retry(
  transaction: EventLogTransaction,
  begin: () => Promise<EventLogTransaction>,
  again: readonly EventMessage[],
): Promise<void> {
  await transaction.rollback();
  const second = await begin();
  await second.append(again);
  await second.commit();
}

const never = new AbortController().signal;

async function follow(eventLog: EventLog, expected: number): Promise<readonly EventMessage[]> {
  const seen: StoredEvent[] = [];
  const deadline = Date.now() + 30_000;
  while (seen.length < expected) {
    const page = await read(eventLog, seen.at(-1)?.checkpoint, { limit: 10 });
    seen.push(...page);
    assert.ok(Date.now() < deadline, `After 30 s ${seen.length} of ${expected} events were read`);
    if (page.length === 0) await sleep(2);
  }
  return messagesOf(seen);
}

/** What it gives within that time: it may hold everything back. */
async function readFor(eventLog: EventLog, ms: number): Promise<readonly StoredEvent[]> {
  const signal = AbortSignal.timeout(ms);
  try {
    return await read(eventLog, undefined, { signal });
  } catch (error) {
    assert.ok(signal.aborted, `It failed before it was given up: ${error}`);
    return [];
  }
}

async function read(
  eventLog: EventLog,
  after: Checkpoint | undefined,
  { limit = 100, signal = never }: Partial<ReadAllOptions> = {},
): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of eventLog.readAll(after, { limit, signal })) events.push(event);
  assert.ok(events.length <= limit, `${events.length} events, and at most ${limit} were wanted`);
  return events;
}

/** Fewer than wanted may come while there are more; none come when there are no more. */
async function readToEnd(eventLog: EventLog, after: Checkpoint | undefined): Promise<readonly StoredEvent[]> {
  const page = await read(eventLog, after);
  if (page.length === 0) return [];
  return [...page, ...(await readToEnd(eventLog, page.at(-1)?.checkpoint))];
}

async function streamOf(eventLog: EventLog, id: string, from: number): Promise<readonly EventMessage[]> {
  const stream: EventMessage[] = [];
  for await (const one of eventLog.readStream(id, from)) stream.push(one);
  return stream;
}

function messagesOf(events: readonly StoredEvent[]): readonly EventMessage[] {
  return events.map((event) => event.message);
}

function messages(id: string, from: number, to: number): readonly EventMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => message(id, from + index));
}

function message(id: string, position: number): EventMessage {
  return { ...sampleEvent(position, { id, msgId: `${id}-${position}` }).message, position };
}

function noTransactions(): never {
  throw new TypeError('the rig has no begin()');
}
