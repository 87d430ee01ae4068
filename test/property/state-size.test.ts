import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import { PublishQueue } from '../../src/workflows/state/aggregate/publish-queue.ts';
import { Partition } from '../../src/workflows/state/partition/partition.ts';
import { customerEntry, entryOfChars, msgIdsOf } from '../support/messages.ts';

/** Temporal takes 2 MB as the input of the next run; the rest of the input is small. */
const MAX_STATE_BYTES = 2_000_000;

/** As many msgIds as a queue may remember at all. */
const REMEMBERED = 10_000;

/** Characters of one event: from small to as large as SNS takes. */
const chars = fc.oneof(
  fc.integer({ min: 300, max: 5_000 }),
  fc.integer({ min: 50_000, max: 300_000 }),
  fc.integer({ min: 300_000, max: 1_048_576 }),
);

/** Events accepted together, and whether what is next is published afterwards. */
const call = fc.record({ sizes: fc.array(chars, { minLength: 1, maxLength: 3 }), publish: fc.boolean() });

it('whatever waits, what a queue of a full memory hands to the next run is less than 2,000,000 bytes', () => {
  const remembering = withFullMemory();

  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 8 }), (calls) => {
      const queue = new PublishQueue({ rememberMsgIds: 1_000, rememberMs: 600_000 }, remembering);
      const pages = new Map<string, readonly PublishEntry[]>();
      let accepted = 0;
      for (const { sizes, publish } of calls) {
        const from = accepted;
        queue.accept(
          sizes.map((size, index) => entryOfChars(from + index, size)),
          NOW,
        );
        accepted += sizes.length;
        spill(queue, pages);
        expect(stateBytes(queue)).toBeLessThan(MAX_STATE_BYTES);
        if (publish) publishNext(queue, pages);
        spill(queue, pages);
        expect(stateBytes(queue)).toBeLessThan(MAX_STATE_BYTES);
      }
    }),
    { numRuns: 10 },
  );
});

it.each(['x', 'ß', '漢'])('the same with receipts and with events of %s stays below 2 MiB', (character) => {
  const publisher = new Partition({ id: 'C-1', state: withFullMemory() }, SETTINGS);
  publisher.accept(
    Array.from({ length: 1_500 }, (_, n) => customerEntry(n)),
    NOW,
  );
  while (publisher.isReady) {
    const taken = publisher.take(NOW);
    const receipts = msgIdsOf(taken.flatMap(({ entries }) => entries)).map((msgId) => ({
      msgId: `019c1f00-0000-7000-8000-${msgId}`,
      snsMessageId: '019c1f00-0000-7000-8000-000000000000',
      sequenceNumber: '10000000000000000000',
    }));
    publisher.settle(taken, [{ receipts }], NOW);
  }
  const name = character.repeat(4_000);
  for (let n = 2_000; n < 2_100; n += 1) {
    publisher.accept([customerEntry(n, { event: { type: 'NameChanged', name } })], NOW);
  }
  while (publisher.mustSpill) {
    publisher.beginSpill('page');
    publisher.endSpill(true, NOW);
  }
  const { receipts = [] } = publisher.snapshot();

  expect(receipts.length).toBeGreaterThan(500);
  expect(Buffer.byteLength(JSON.stringify(publisher.snapshot()))).toBeLessThan(2 * 1024 * 1024);
});

const NOW = 1_769_860_800_000;

const SETTINGS = {
  lingerMs: 600_000,
  rememberMsgIds: 1_000,
  rememberMs: 600_000,
  maxSignalsPerRun: 4_000,
  settleMs: 500,
  gapTimeoutMs: 10_000,
};

/** State of a queue that has published 10,000 events, whose msgIds are UUIDs. */
function withFullMemory() {
  const queue = new PublishQueue({ rememberMsgIds: 1_000, rememberMs: 600_000 });
  const uuid = (n: number): string => `019c1f00-0000-7000-8000-${String(n).padStart(12, '0')}`;
  queue.accept(
    Array.from({ length: REMEMBERED }, (_, n) => customerEntry(n, { msgId: uuid(n) })),
    NOW,
  );
  while (queue.isReady) publishTaken(queue);
  const state = queue.snapshot();
  expect(state.remembered).toHaveLength(REMEMBERED);
  return state;
}

function spill(queue: PublishQueue, pages: Map<string, readonly PublishEntry[]>): void {
  while (queue.paging.mustSpill) {
    const { page, entries } = queue.paging.beginSpill(`event-topic-page/Customer/${pages.size}`);
    pages.set(page, entries);
    queue.paging.endSpill(true, NOW);
  }
}

function publishNext(queue: PublishQueue, pages: ReadonlyMap<string, readonly PublishEntry[]>): void {
  const page = queue.paging.pageToLoad;
  if (page !== undefined) queue.paging.load({ page, entries: pages.get(page) ?? [] }, NOW);
  if (queue.isReady) publishTaken(queue);
}

function publishTaken(queue: PublishQueue): void {
  const taken = queue.take(NOW);
  const receipts = taken.map(({ message }) => ({ msgId: message.meta.msgId, snsMessageId: 'sns' }));
  queue.settle({ receipts }, NOW);
}

function stateBytes(queue: PublishQueue): number {
  return Buffer.byteLength(JSON.stringify(queue.snapshot()));
}
