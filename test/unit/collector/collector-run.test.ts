import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CollectorRun, type RunSettings } from '../../../src/collector/collector-run.ts';
import { CollectorTally } from '../../../src/collector/collector-status.ts';
import type { Handler } from '../../../src/collector/handlers.ts';
import { toHandlingSpec } from '../../../src/collector/handling-options.ts';
import { MemoryInbox } from '../../../src/collector/memory-inbox.ts';
import type { ReceivedMessage } from '../../../src/collector/sqs/received-message.ts';
import { Visibility } from '../../../src/collector/sqs/visibility.ts';
import { defineEventTopic } from '../../../src/event-topic.ts';
import { Customer, customerMessage } from '../../support/messages.ts';

const settings: RunSettings = {
  concurrency: 10,
  visibilitySeconds: 30,
  handlerTimeoutMs: 10_000,
  retrySeconds: { first: 1, most: 60 },
  parkSeconds: 900,
};

describe('a run of a collector', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('begins no event when SQS would lend it to somebody else before its handler must end', async () => {
    const { run, hide, handled } = start(takes(9_000));
    hide.mockRejectedValue(new Error('SQS is away'));
    void run.take(received('A', 1, 3));
    await vi.advanceTimersByTimeAsync(60_000);
    // At 0 s and 9 s: 30 and 21 s are left. At 18 s only 12 are, and a handler and its commit may take 12.5.
    expect(handled).toEqual(['A-1', 'A-2']);
  });

  it('extends what it has, for as long as it has it', async () => {
    const { run, hide, handled } = start(takes(9_000));
    void run.take(received('A', 1, 10));
    await vi.advanceTimersByTimeAsync(91_000);
    expect(handled).toHaveLength(10);
    expect(hide.mock.calls.length).toBeGreaterThan(5);
    expect(hide.mock.calls.every(([, seconds]) => seconds === 30)).toBe(true);
    hide.mockClear();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(hide).not.toHaveBeenCalled();
    expect(run.inHand).toBe(0);
  });

  it('keeps no timer while it has nothing', async () => {
    const { run } = start(() => undefined);
    await run.take([]);
    expect(vi.getTimerCount()).toBe(0);
    await run.take(received('A', 1, 1));
    await vi.advanceTimersByTimeAsync(100);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives an aggregate back whole, in one request, and later each time it fails', async () => {
    const { run, hide } = start(() => {
      throw new Error('it fails');
    });
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      hide.mockClear();
      await run.take(received('A', 1, 3));
      await vi.advanceTimersByTimeAsync(100);
      expect(hide.mock.calls.map(([messages, delay]) => [messages.map(messageIdOf), delay])).toEqual([
        [['A-1', 'A-2', 'A-3'], seconds],
      ]);
    }
  });

  it('counts attempts of the event that fails, not of those behind it', async () => {
    const attempts: string[] = [];
    const { run } = start(({ meta }, { attempt }) => {
      attempts.push(`${meta.msgId} ${attempt}`);
      if (attempt < 3) throw new Error('it fails');
    });
    for (let round = 1; round <= 5; round += 1) {
      await run.take(received('A', 1, 2).slice(attempts.includes('A-1 3') ? 1 : 0));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(attempts).toEqual(['A-1 1', 'A-1 2', 'A-1 3', 'A-2 1', 'A-2 2', 'A-2 3']);
  });

  it('says of a message that SQS did not delete that it comes again', async () => {
    const { run, remove, logged } = start(() => undefined);
    remove.mockImplementation(async (messages) => messages);
    await run.take(received('A', 1, 1));
    await vi.advanceTimersByTimeAsync(100);
    expect(logged).toEqual(['A handled event could not be deleted, and comes again']);
    expect(run.inHand).toBe(0);
  });

  it('extends also more of an aggregate than one request takes: the first of it may still be being deleted', async () => {
    const { queue, hide } = fakeQueue();
    const visibility = new Visibility(queue, 30);
    const messages = received('A', 1, 14);
    visibility.add(messages);
    await vi.advanceTimersByTimeAsync(1_000);
    await visibility.lasts(messages[13] as ReceivedMessage, 30_000);
    expect(hide.mock.calls.map(([some]) => some.length)).toEqual([10, 4]);
    visibility.remove(messages);
  });

  it('gives a message back when it is stopped while those that waited for it are handled', async () => {
    const inbox = new MemoryInbox();
    const topics = [defineEventTopic({ name: 'Customer', event: Customer.event, ordering: 'position' })];
    const { run, hide, remove, handled } = start(takes(1_000), { topics, inbox });
    for (const position of [3, 2]) await run.take(received('A', position, position));
    await vi.advanceTimersByTimeAsync(100);
    void run.take(received('A', 1, 1));
    await vi.advanceTimersByTimeAsync(1_500);
    void run.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(handled).toEqual(['A-1', 'A-2']);
    expect(hide.mock.calls.at(-1)).toMatchObject([[{ messageId: 'A-1' }], 0]);
    expect(remove.mock.calls.flatMap(([messages]) => messages.map(messageIdOf))).not.toContain('A-1');
  });

  it('deletes in batches what is handled while a request is on its way', async () => {
    const { run, remove } = start(takes(1));
    remove.mockImplementation(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [];
    });
    for (let n = 0; n < 9; n += 1) await run.take(received(`A${n}`, 1, 10));
    await vi.advanceTimersByTimeAsync(1_000);
    const sizes = remove.mock.calls.map(([messages]) => messages.length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(90);
    expect(Math.max(...sizes)).toBe(10);
    expect(sizes.length).toBeLessThan(20);
  });
});

function start(handle: Handler, options: object = {}) {
  const handled: string[] = [];
  const logged: string[] = [];
  const { queue, hide, remove } = fakeQueue();
  const logger = { info: () => {}, warn: (line: string) => void logged.push(line), error: () => {} };
  const counted: Handler = async (message, context) => {
    await handle(message, context);
    handled.push(message.meta.msgId);
  };
  const spec = toHandlingSpec(
    { topics: [Customer], handle: counted, logger, ...options } as never,
    'ReadModel',
  );
  const run = new CollectorRun({
    spec: { ...spec, maxAttempts: undefined, deadLetter: undefined },
    queue,
    settings,
    tally: new CollectorTally('Test'),
    logger,
  });
  return { run, hide, remove, handled, logged };
}

function fakeQueue() {
  const hide = vi.fn(
    async (_: readonly ReceivedMessage[], __: number): Promise<readonly ReceivedMessage[]> => [],
  );
  const remove = vi.fn(async (_: readonly ReceivedMessage[]): Promise<readonly ReceivedMessage[]> => []);
  return { queue: { hide, delete: remove }, hide, remove };
}

function takes(ms: number): Handler {
  return () => new Promise((resolve) => setTimeout(resolve, ms));
}

function received(group: string, from: number, to: number): ReceivedMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const messageId = `${group}-${from + index}`;
    const body = JSON.stringify(
      customerMessage(from + index, { id: group, msgId: messageId, position: from + index }),
    );
    return { messageId, receiptHandle: messageId, group, body, attributes: { aggregate: 'Customer' } };
  });
}

function messageIdOf({ messageId }: ReceivedMessage): string {
  return messageId;
}
