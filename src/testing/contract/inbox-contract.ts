import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Arrival, Inbox, InboxAnswer } from '../../collector/inbox.ts';
import { invalidArgument, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import type { EventMessage } from '../../common/message.ts';
import type { Ordering } from '../../common/protocol/publish.ts';
import { type Clause, type ClauseOptions, toTests } from './clauses.ts';
import type { ContractTest } from './event-publisher-contract.ts';
import { sampleEvent } from './sample-events.ts';

/** An inbox of its own, empty, for one test. */
export interface InboxRig<Transaction> {
  readonly inbox: Inbox<Transaction>;
  /** Writes an effect, as a handler does: with the transaction, where there is one. */
  write(transaction: Transaction, effect: string): Promise<void>;
  /** The effects that are there, in the order in which they were written. */
  effects(): Promise<readonly string[]>;
  /** Ends what `create` has begun. Default: nothing is to be ended. */
  close?(): Promise<void>;
}

/** The inbox that is tested. */
export interface InboxContractOptions<Transaction> {
  /** Makes an inbox without memories. Called once per test. */
  create(): Promise<InboxRig<Transaction>>;
  /** Whether effects are written with a transaction: the tests of what a failure leaves behind are for those. */
  readonly transactions: boolean;
}

/**
 * The tests that every {@link Inbox} must pass. With any test runner:
 *
 * ```ts
 * describe('MyInbox', () => {
 *   for (const { title, run } of inboxContract({ create, transactions: true })) it(title, run);
 * });
 * ```
 */
export function inboxContract<Transaction>(
  options: InboxContractOptions<Transaction>,
): readonly ContractTest[] {
  checkOptions(options);
  return toTests(clauses, options as ClauseOptions<InboxRig<unknown>>);
}

const OPTION_KEYS: KeysOf<InboxContractOptions<unknown>> = { create: true, transactions: true };

function checkOptions(options: unknown): void {
  const faults = [...optionFaults(options, OPTION_KEYS)];
  if (isRecord(options) && typeof options['create'] !== 'function') faults.push('create makes an Inbox');
  if (isRecord(options) && typeof options['transactions'] !== 'boolean')
    faults.push('transactions says whether effects are written with one');
  if (faults.length > 0) throw invalidArgument('inboxContract({ create, transactions })', faults);
}

const never = new AbortController().signal;
const AGGREGATE = { collector: 'ReadModel', topic: 'Customer', id: 'A' } as const;

const clauses: readonly Clause<InboxRig<unknown>>[] = [
  {
    title: 'handles an event once, by its msgId',
    check: async (rig) => {
      assert.equal(await outcome(rig, arrived('A', 1)), 'handled');
      assert.equal(await outcome(rig, arrived('A', 1)), 'duplicate');
      assert.equal(await outcome(rig, arrived('A', 2)), 'handled');
      assert.deepEqual(await rig.effects(), ['A-1', 'A-2']);
    },
  },
  {
    title: 'handles an event once, by its position, and a repeat of any earlier one never',
    check: async (rig) => {
      for (const position of [1, 2, 3]) assert.equal(await outcome(rig, placed('A', position)), 'handled');
      for (const position of [1, 2, 3]) assert.equal(await outcome(rig, placed('A', position)), 'duplicate');
      assert.deepEqual(await rig.effects(), ['A-1', 'A-2', 'A-3']);
    },
  },
  {
    title: 'says of an event that comes early which one it expects, and runs nothing',
    check: async (rig) => {
      assert.deepEqual(await handle(rig, placed('A', 3)), { outcome: 'early', expected: 1 });
      await handle(rig, placed('A', 1));
      assert.deepEqual(await handle(rig, placed('A', 3)), { outcome: 'early', expected: 2 });
      assert.deepEqual(await rig.effects(), ['A-1']);
    },
  },
  {
    title: 'leaps over what is missing only when it is told to',
    check: async (rig) => {
      assert.equal(await outcome(rig, { ...placed('A', 5), acceptGap: true }), 'handled');
      assert.equal(await outcome(rig, placed('A', 4)), 'duplicate');
      assert.equal(await outcome(rig, placed('A', 6)), 'handled');
      assert.equal(await outcome(rig, { ...placed('A', 6), acceptGap: true }), 'duplicate');
      assert.deepEqual(await rig.effects(), ['A-5', 'A-6']);
    },
  },
  {
    title: 'holds what came early, to the letter, and gives it when it is next',
    check: async (rig) => {
      const early = placed('A', 2, { type: 'Odd', text: '"\\ ä😀', list: [1, null] });
      await rig.inbox.hold(early);
      await rig.inbox.hold(early);
      await rig.inbox.hold(placed('A', 3));
      assert.equal(await rig.inbox.nextHeld(AGGREGATE), undefined);
      assert.deepEqual(await handle(rig, placed('A', 1)), { outcome: 'handled', held: true });
      assert.deepEqual(await handle(rig, placed('A', 1)), { outcome: 'duplicate', held: true });
      assert.deepEqual(await rig.inbox.nextHeld(AGGREGATE), early.message);
      assert.deepEqual(await handle(rig, early), { outcome: 'handled', held: true });
      assert.deepEqual(await rig.inbox.nextHeld(AGGREGATE), placed('A', 3).message);
      assert.deepEqual(await handle(rig, placed('A', 3)), { outcome: 'handled', held: false });
      assert.equal(await rig.inbox.nextHeld(AGGREGATE), undefined);
      assert.deepEqual(await rig.inbox.held('ReadModel'), []);
    },
  },
  {
    title: 'does not hold what was handled',
    check: async (rig) => {
      for (const position of [1, 2]) await handle(rig, placed('A', position));
      await rig.inbox.hold(placed('A', 2));
      assert.deepEqual(await rig.inbox.held('ReadModel'), []);
      assert.deepEqual(await handle(rig, placed('A', 3)), { outcome: 'handled', held: false });
    },
  },
  {
    title: 'gives what is held below a position, whatever is missing, in order',
    check: async (rig) => {
      for (const position of [6, 3, 4]) await rig.inbox.hold(placed('A', position));
      for (const position of [3, 4]) {
        assert.deepEqual(await rig.inbox.nextHeld(AGGREGATE, { before: 5 }), placed('A', position).message);
        await handle(rig, { ...placed('A', position), acceptGap: true });
      }
      assert.equal(await rig.inbox.nextHeld(AGGREGATE, { before: 5 }), undefined);
      assert.deepEqual(await rig.effects(), ['A-3', 'A-4']);
    },
  },
  {
    title: 'tells somebody of an event that is held while the one before it is being handled',
    check: async (rig) => {
      for (let round = 0; round < 5; round += 1) {
        const id = `A${round}`;
        const first = placed(id, 1);
        // One that meets another may fail, and comes again.
        const handling = untilHandled(() => rig.inbox.handle(first, () => sleep(5 * round), never));
        const holding = sleep(10)
          .then(() => rig.inbox.hold(placed(id, 2)))
          .then(() => rig.inbox.nextHeld({ ...AGGREGATE, id }));
        const [answer, next] = await Promise.all([handling, holding]);
        assert.ok((answer.outcome === 'handled' && answer.held) || next !== undefined);
      }
    },
  },
  {
    title: 'lists what is held: whose, what is missing, how many, since when',
    check: async (rig) => {
      await handle(rig, placed('A', 1));
      await rig.inbox.hold(placed('A', 3));
      await rig.inbox.hold(placed('A', 4));
      await rig.inbox.hold(placed('B', 2));
      const held = await rig.inbox.held('ReadModel');
      assert.deepEqual(
        held.map(({ topic, id, expected, count }) => ({ topic, id, expected, count })),
        [
          { topic: 'Customer', id: 'A', expected: 2, count: 2 },
          { topic: 'Customer', id: 'B', expected: 1, count: 1 },
        ],
      );
      for (const { since } of held) assert.match(since, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      assert.equal((await rig.inbox.held('ReadModel', { limit: 1 })).length, 1);
      assert.deepEqual(await rig.inbox.held('Other'), []);
    },
  },
  {
    title: 'knows how far an aggregate is',
    check: async (rig) => {
      assert.equal(await rig.inbox.position(AGGREGATE), 0);
      for (const position of [1, 2]) await handle(rig, placed('A', position));
      assert.equal(await rig.inbox.position(AGGREGATE), 2);
      assert.equal(await rig.inbox.position({ ...AGGREGATE, id: 'B' }), 0);
    },
  },
  {
    title: 'forgets together with something else, or not at all',
    onlyWithTransactions: true,
    check: async (rig) => {
      await handle(rig, placed('A', 1));
      const clear = async (transaction: unknown): Promise<void> => {
        await rig.write(transaction, 'cleared');
        await rig.inbox.forget('ReadModel', { transaction });
      };
      await assert.rejects(
        rig.inbox.transact(async (transaction) => {
          await clear(transaction);
          throw new Error('something else failed');
        }),
      );
      assert.equal(await outcome(rig, placed('A', 1)), 'duplicate');
      await rig.inbox.transact(clear);
      assert.equal(await outcome(rig, placed('A', 1)), 'handled');
      assert.deepEqual(await rig.effects(), ['A-1', 'cleared', 'A-1']);
    },
  },
  {
    title: 'remembers for each collector and topic apart',
    check: async (rig) => {
      for (const arrival of [arrived('A', 1), placed('A', 1)]) {
        assert.equal(await outcome(rig, arrival), 'handled');
        assert.equal(await outcome(rig, { ...arrival, collector: 'Other' }), 'handled');
        assert.equal(await outcome(rig, { ...arrival, topic: 'Order' }), 'handled');
        assert.equal(await outcome(rig, arrival), 'duplicate');
      }
    },
  },
  {
    title: 'forgets a collector, or one topic of it, and nothing else',
    check: async (rig) => {
      const all = [arrived('A', 1), placed('B', 1)].flatMap((arrival) => [
        arrival,
        { ...arrival, topic: 'Order' },
        { ...arrival, collector: 'Other' },
      ]);
      for (const arrival of all) await handle(rig, arrival);
      await rig.inbox.hold(placed('B', 3));
      await rig.inbox.forget('ReadModel', { topics: ['Customer'] });
      const outcomes = [];
      for (const arrival of all) outcomes.push(await outcome(rig, arrival));
      assert.deepEqual(outcomes, ['handled', 'duplicate', 'duplicate', 'handled', 'duplicate', 'duplicate']);
      assert.deepEqual(await rig.inbox.held('ReadModel'), []);
      await rig.inbox.forget('ReadModel');
      assert.equal(await outcome(rig, { ...arrived('A', 1), topic: 'Order' }), 'handled');
      assert.equal(await outcome(rig, { ...arrived('A', 1), collector: 'Other' }), 'duplicate');
    },
  },
  {
    title: 'remembers nothing of a handler that fails, and rejects with its error',
    check: async (rig) => {
      for (const arrival of [arrived('A', 1), placed('B', 1)]) {
        const failure = new Error('the handler failed');
        await assert.rejects(
          rig.inbox.handle(arrival, () => Promise.reject(failure), never),
          (error) => error === failure,
        );
        assert.equal(await outcome(rig, arrival), 'handled');
      }
    },
  },
  {
    title: 'leaves no effect of a handler that fails after it has written',
    onlyWithTransactions: true,
    check: async (rig) => {
      for (const arrival of [arrived('A', 1), placed('B', 1)]) {
        await assert.rejects(
          rig.inbox.handle(
            arrival,
            async (transaction) => {
              await rig.write(transaction, 'lost');
              throw new Error('the handler failed');
            },
            never,
          ),
        );
      }
      assert.deepEqual(await rig.effects(), []);
    },
  },
  {
    title: 'leaves no effect of a handler whose time is over before it ends',
    onlyWithTransactions: true,
    check: async (rig) => {
      const controller = new AbortController();
      await assert.rejects(
        rig.inbox.handle(
          placed('A', 1),
          async (transaction) => {
            await rig.write(transaction, 'lost');
            controller.abort(new Error('its time is over'));
          },
          controller.signal,
        ),
      );
      assert.deepEqual(await rig.effects(), []);
      assert.equal(await outcome(rig, placed('A', 1)), 'handled');
    },
  },
  {
    title: 'has each effect once when several consumers come with the same events',
    check: async (rig) => {
      for (const make of [arrived, placed]) {
        for (const position of [1, 2, 3]) await race(rig, make(make === placed ? 'P' : 'M', position));
      }
      assert.deepEqual(await rig.effects(), ['M-1', 'M-2', 'M-3', 'P-1', 'P-2', 'P-3']);
    },
  },
];

/** Several at once; one that fails comes again, as its message would. */
async function race(rig: InboxRig<unknown>, arrival: Arrival): Promise<void> {
  const consumers = Array.from({ length: 4 }, () => untilHandled(() => handle(rig, arrival)));
  const outcomes = (await Promise.all(consumers)).map((answer) => answer.outcome).sort();
  assert.deepEqual(outcomes, ['duplicate', 'duplicate', 'duplicate', 'handled']);
}

async function untilHandled(attempt: () => Promise<InboxAnswer>): Promise<InboxAnswer> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (attempts === 20) throw error;
    }
  }
}

async function outcome(rig: InboxRig<unknown>, arrival: Arrival): Promise<InboxAnswer['outcome']> {
  return (await handle(rig, arrival)).outcome;
}

function handle({ inbox, write }: InboxRig<unknown>, arrival: Arrival): Promise<InboxAnswer> {
  return inbox.handle(arrival, (transaction) => write(transaction, arrival.message.meta.msgId), never);
}

function arrived(id: string, number: number): Arrival {
  return arrival('arrival', { ...sampleEvent(number, { id, msgId: `${id}-${number}` }).message });
}

function placed(id: string, position: number, event?: unknown): Arrival {
  const { message } = sampleEvent(position, { id, msgId: `${id}-${position}` });
  return arrival('position', { ...message, ...(event === undefined ? {} : { event }), position });
}

function arrival(ordering: Ordering, message: EventMessage): Arrival {
  return { collector: 'ReadModel', topic: 'Customer', message, ordering };
}
