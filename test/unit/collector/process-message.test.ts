import { describe, expect, it } from 'vitest';
import * as z from 'zod/v4';
import type { QueuedMessage } from '../../../src/collector/decode/queued-message.ts';
import { upcast } from '../../../src/collector/decode/upcast.ts';
import {
  type MessageOutcome,
  type ProcessorSpec,
  processMessage,
} from '../../../src/collector/handling/message-processor.ts';
import { type Skipped, skipEvent } from '../../../src/collector/handling/skip-event.ts';
import { type AnyHandlingOptions, toHandlingSpec } from '../../../src/collector/handling-options.ts';
import { MemoryInbox } from '../../../src/collector/memory-inbox.ts';
import { RefusedEvent } from '../../../src/collector/refusal.ts';
import { type PayloadSource, pointerBody } from '../../../src/common/claim-check.ts';
import { EventTopicError } from '../../../src/common/errors.ts';
import type { EventMessage } from '../../../src/common/message.ts';
import { defineEventTopic } from '../../../src/event-topic.ts';
import { CapturedLog } from '../../support/collector-log.ts';
import { Customer, customerMessage } from '../../support/messages.ts';

const Ordered = defineEventTopic({ name: 'Ordered', event: Customer.event, ordering: 'position' });

describe('an event that comes before its predecessors', () => {
  it('is held until they come, and then handled in its turn', async () => {
    const { process, handled, inbox } = start();
    expect(await process(placed(3))).toMatchObject({ kind: 'settled', how: 'held' });
    expect(await process(placed(2))).toMatchObject({ how: 'held' });
    expect(handled).toEqual([]);
    expect(await inbox.held('ReadModel')).toMatchObject([{ id: 'C-1', expected: 1, count: 2 }]);
    expect(await process(placed(1))).toMatchObject({ how: 'handled' });
    expect(handled).toEqual(['m-1', 'm-2', 'm-3']);
    expect(await inbox.held('ReadModel')).toEqual([]);
  });

  it('brings what the EventLog has of them', async () => {
    const eventLogs = { Ordered: { readStream: streamOf([1, 2, 3, 4].map((n) => placed(n))) } };
    const { process, handled } = start({ eventLogs });
    expect(await process(placed(3))).toMatchObject({ how: 'handled' });
    expect(handled).toEqual(['m-1', 'm-2', 'm-3']);
    expect(await process(placed(2))).toMatchObject({ how: 'duplicate' });
  });

  it('is held when the EventLog has a hole too', async () => {
    const eventLogs = { Ordered: { readStream: streamOf([placed(1)]) } };
    const { process, handled } = start({ eventLogs });
    expect(await process(placed(3))).toMatchObject({ how: 'held' });
    expect(handled).toEqual(['m-1']);
  });

  it('fails, and is tried again, when the EventLog does not answer', async () => {
    const eventLogs = {
      Ordered: {
        // biome-ignore lint/correctness/useYield: it fails first
        async *readStream(): AsyncGenerator<EventMessage> {
          throw new Error('the EventLog is away');
        },
      },
    };
    const { process } = start({ eventLogs });
    expect(await process(placed(3))).toMatchObject({
      kind: 'failed',
      error: { message: 'the EventLog is away' },
    });
  });

  it('is handled, with a warning, when gaps are only reported', async () => {
    const { process, handled, log } = start({ onGap: 'report' });
    expect(await process(placed(3))).toMatchObject({ how: 'handled' });
    expect(await process(placed(2))).toMatchObject({ how: 'duplicate' });
    expect(handled).toEqual(['m-3']);
    expect(log.lines).toMatchObject([
      { level: 'warn', facts: { topic: 'Ordered', id: 'C-1', expected: 1, position: 3 } },
    ]);
  });

  it('is handled without a word where the subscription leaves events out on purpose', async () => {
    const { process, handled, log } = start({ onGap: 'accept' });
    for (const position of [2, 5, 5, 9]) await process(placed(position));
    expect(handled).toEqual(['m-2', 'm-5', 'm-9']);
    expect(log.lines).toEqual([]);
  });

  it('comes in its turn with the repeat of the one before, if the process died in between', async () => {
    const { process, handled, inbox } = start();
    await inbox.hold({ collector: 'ReadModel', topic: 'Ordered', message: placed(2), ordering: 'position' });
    const arrival = {
      collector: 'ReadModel',
      topic: 'Ordered',
      message: placed(1),
      ordering: 'position',
    } as const;
    await inbox.handle(arrival, async () => {}, new AbortController().signal);
    expect(await process(placed(1))).toMatchObject({ how: 'duplicate' });
    expect(handled).toEqual(['m-2']);
  });

  it('is not what the one before is refused for: that one only brings it again', async () => {
    const letters: string[] = [];
    let trouble: Error | undefined = new RefusedEvent('no');
    const { process, handled } = start({
      maxAttempts: 1,
      deadLetter: async ({ messageId }) => void letters.push(messageId),
      handle: ({ position }) => {
        if (position === 2 && trouble) throw trouble;
      },
    });
    await process(placed(2));
    for (const error of [new RefusedEvent('no'), new Error('the database is away')]) {
      trouble = error;
      const outcome = await process(placed(1));
      expect(outcome).toMatchObject({
        kind: 'failed',
        error: { message: expect.stringMatching(/at position 2/) },
      });
    }
    trouble = undefined;
    expect(await process(placed(1))).toMatchObject({ how: 'duplicate' });
    expect(handled).toEqual(['m-1', 'm-2']);
    expect(letters).toEqual([]);
  });

  it('comes again with the one before when there is no time for it now', async () => {
    let left = 1;
    const { process, handled } = start({ mayGoOn: () => left-- > 0 });
    for (const position of [3, 2, 4]) await process(placed(position));
    left = 1;
    expect(await process(placed(1))).toMatchObject({ kind: 'interrupted' });
    expect(handled).toEqual(['m-1', 'm-2']);
    left = 5;
    expect(await process(placed(1))).toMatchObject({ how: 'duplicate' });
    expect(handled).toEqual(['m-1', 'm-2', 'm-3', 'm-4']);
  });

  it('waits, when it is a live one, for what is republished while a read model is rebuilt', async () => {
    const { process, handled, inbox } = start();
    for (const position of [1, 2, 3]) await process(placed(position));
    await inbox.forget('ReadModel');
    handled.length = 0;
    await process(placed(4));
    for (const position of [1, 2, 3]) await process(placed(position));
    expect(handled).toEqual(['m-1', 'm-2', 'm-3', 'm-4']);
  });

  it('is handled in its turn when gaps are no longer waited for', async () => {
    const inbox = new MemoryInbox();
    const before = start({ inbox });
    for (const position of [1, 3, 4, 6]) await before.process(placed(position));
    const after = start({ inbox, onGap: 'accept' });
    for (const position of [5, 8]) await after.process(placed(position));
    expect([...before.handled, ...after.handled]).toEqual(['m-1', 'm-3', 'm-4', 'm-5', 'm-6', 'm-8']);
  });

  it('is not left behind by the last event, when gaps are no longer waited for', async () => {
    const inbox = new MemoryInbox();
    const before = start({ inbox });
    for (const position of [1, 3, 5]) await before.process(placed(position));
    const after = start({ inbox, onGap: 'accept' });
    await after.process(placed(2));
    expect([...before.handled, ...after.handled]).toEqual(['m-1', 'm-2', 'm-3', 'm-5']);
  });

  it('waits with the one before when its own handler fails', async () => {
    let isBroken = true;
    const { process, handled } = start({
      handle: ({ position }) => {
        if (position === 2 && isBroken) throw new Error('not yet');
      },
    });
    await process(placed(2));
    expect(await process(placed(1))).toMatchObject({ kind: 'failed' });
    isBroken = false;
    expect(await process(placed(1))).toMatchObject({ how: 'duplicate' });
    expect(handled).toEqual(['m-1', 'm-2']);
  });
});

describe('an event that goes to the dead-letter queue', () => {
  const invalid = { ...placed(3), event: { type: 'NameChanged', name: 5 } };

  function refusingTwo(overrides: Overrides = {}) {
    const letters: string[] = [];
    let isRefused = true;
    const started = start({
      deadLetter: async (queued, { code }) => void letters.push(`${queued.messageId} ${code}`),
      handle: ({ position }) => {
        if (position === 2 && isRefused) throw new RefusedEvent('not yet');
      },
      ...overrides,
    });
    const repair = (): void => {
      isRefused = false;
    };
    return { ...started, letters, repair };
  }

  it('is waited for, in the inbox, where positions are remembered: its redrive lands in order', async () => {
    const { process, handled, letters, repair } = refusingTwo();
    await process(placed(1));
    expect(await process(placed(2))).toMatchObject({ kind: 'settled', how: 'deadLettered' });
    expect(await process(invalid)).toMatchObject({ how: 'deadLettered' });
    expect(await process(placed(4))).toMatchObject({ how: 'held' });
    expect(letters).toEqual(['sqs-m-2 REFUSED_BY_HANDLER', 'sqs-m-3 INVALID_EVENT']);
    repair();
    await process(placed(2));
    await process(placed(3));
    expect(handled).toEqual(['m-1', 'm-2', 'm-3', 'm-4']);
  });

  it('is gone on without where gaps are only reported', async () => {
    const { process, handled, log } = refusingTwo({ onGap: 'report' });
    for (const position of [1, 2, 3]) await process(placed(position));
    expect(handled).toEqual(['m-1', 'm-3']);
    expect(log.lines).toMatchObject([{ facts: { expected: 2, position: 3 } }]);
  });

  it('is gone on without when somebody says so', async () => {
    const { process, handled, skip } = refusingTwo();
    for (const position of [1, 2, 3, 4]) await process(placed(position));
    expect(handled).toEqual(['m-1']);
    await expect(skip(3)).rejects.toThrow(/waits for the event at position 2/);
    await skip(2);
    expect(handled).toEqual(['m-1', 'm-3', 'm-4']);
    await expect(skip(2)).rejects.toThrow(/was handled/);
  });

  it('is not skipped when it is there: it is handled', async () => {
    let isAway = true;
    const { process, handled, skip, inbox } = start({
      handle: () => {
        if (isAway) throw new Error('the database is away');
      },
    });
    for (const position of [2, 3]) await process(placed(position));
    expect(await skip(1)).toMatchObject({
      isSkipped: true,
      trouble: { message: expect.stringMatching(/the database is away/) },
    });
    isAway = false;
    expect(await inbox.held('ReadModel')).toMatchObject([{ expected: 2 }]);
    expect(await skip(2)).toEqual({ isSkipped: false, trouble: undefined });
    expect(handled).toEqual(['m-2', 'm-3']);
  });

  it('must be what the EventLog was asked for', async () => {
    for (const wrong of [[placed(2)], [{ ...placed(1), id: 'C-2' }], [placed(1), placed(1)]]) {
      const readStream = async function* (): AsyncGenerator<EventMessage> {
        yield* wrong;
      };
      const { process } = start({ eventLogs: { Ordered: { readStream } } });
      expect(await process(placed(4))).toMatchObject({
        kind: 'failed',
        error: { message: expect.stringMatching(/^the EventLog of Ordered was asked for C-1 from/) },
      });
    }
  });

  it('comes again when that queue does not take it', async () => {
    const { process } = start({
      deadLetter: () => Promise.reject(new Error('no permission')),
      handle: () => {
        throw new RefusedEvent('never');
      },
    });
    expect(await process(placed(1))).toMatchObject({ kind: 'failed', error: { message: 'no permission' } });
  });
});

describe('an event of an older version', () => {
  const renamed = upcast((v1: { type: 'Renamed'; first: string; last: string }) => ({
    type: 'NameChanged' as const,
    full: `${v1.first} ${v1.last}`,
  })).next(({ full }) => ({ type: 'NameChanged' as const, name: full }));
  const upcasters = { Ordered: { Renamed: renamed, NameChanged: upcast((v1) => v1).next((v2) => v2) } };

  it.each([
    ['1', { type: 'Renamed', first: 'Ada', last: 'L.' }],
    [undefined, { type: 'Renamed', first: 'Ada', last: 'L.' }],
    ['2', { type: 'Renamed', full: 'Ada L.' }],
    ['3', { type: 'NameChanged', name: 'Ada L.' }],
  ])('as version %s is handled as the newest one', async (schemaVersion, event) => {
    const seen: unknown[] = [];
    const { process } = start({
      upcasters,
      handlers: { Ordered: { NameChanged: (message: EventMessage) => void seen.push(message.event) } },
    });
    const outcome = await process(version(schemaVersion, event));
    expect(outcome).toMatchObject({ how: 'handled' });
    expect(seen).toEqual([{ type: 'NameChanged', name: 'Ada L.' }]);
  });

  it.each(['4', '0', 'x'])('is refused when version %s is not known', async (schemaVersion) => {
    const { process } = start({ upcasters });
    expect(await process(version(schemaVersion, { type: 'Renamed' }))).toMatchObject({
      kind: 'parked',
      refusal: { code: 'INVALID_EVENT', reason: expect.stringMatching(/versions 1 to 3 are known/) },
    });
  });

  it('is refused when a step fails', async () => {
    const broken = { Ordered: { NameChanged: upcast(() => JSON.parse('{')) } };
    expect(await start({ upcasters: broken }).process(placed(1))).toMatchObject({
      kind: 'parked',
      refusal: { code: 'INVALID_EVENT', reason: expect.stringMatching(/^it cannot be upcast: /) },
    });
  });

  it('is held as it came, so that a later release may upcast it further', async () => {
    const { process, inbox } = start({ upcasters });
    const early = { ...version('1', { type: 'Renamed', first: 'a', last: 'b' }), position: 2 };
    await process(early);
    await process(placed(1));
    await process({ ...early, position: 4 });
    await process(placed(3));
    expect(await inbox.position({ collector: 'ReadModel', topic: 'Ordered', id: 'C-1' })).toBe(4);
  });

  function version(schemaVersion: string | undefined, event: unknown): EventMessage {
    const message = placed(1);
    return { ...message, event, meta: { ...message.meta, ...(schemaVersion ? { schemaVersion } : {}) } };
  }
});

describe('an event whose body is in S3', () => {
  const pointer = { bucket: 'claims', key: 'Ordered/1' };

  it('is read from an allowed bucket', async () => {
    const { processBody, handled } = start({ claimCheck: source(async () => JSON.stringify(placed(1))) });
    expect(await processBody(pointerBody(pointer))).toMatchObject({ how: 'handled' });
    expect(handled).toEqual(['m-1']);
  });

  it('is never fetched from another bucket', async () => {
    let fetched = 0;
    const claimCheck = source(async () => {
      fetched += 1;
      return '';
    });
    const outcome = await start({ claimCheck }).processBody(pointerBody({ ...pointer, bucket: 'evil' }));
    expect(outcome).toMatchObject({ kind: 'parked', refusal: { code: 'BUCKET_NOT_ALLOWED' } });
    expect(fetched).toBe(0);
  });

  it('is refused when the object is gone', async () => {
    const claimCheck = source(() => failing('NoSuchKey'));
    expect(await start({ claimCheck }).processBody(pointerBody(pointer))).toMatchObject({
      kind: 'parked',
      refusal: { code: 'CLAIM_CHECK_MISSING' },
    });
  });

  it.each(['AccessDenied', 'SlowDown'])('is tried again when S3 says %s', async (code) => {
    const claimCheck = source(() => failing(code));
    expect(await start({ claimCheck }).processBody(pointerBody(pointer))).toMatchObject({ kind: 'failed' });
  });

  it('is tried again until there is a claim check to read it', async () => {
    expect(await start().processBody(pointerBody(pointer))).toMatchObject({
      kind: 'failed',
      error: { code: 'CLAIM_CHECK_FAILED' },
    });
  });

  function source(get: PayloadSource['get']): PayloadSource & { readonly bucket: string } {
    return { bucket: 'claims', get };
  }

  function failing(code: string): Promise<never> {
    return Promise.reject(new EventTopicError('CLAIM_CHECK_FAILED', 'S3 said no', { details: { code } }));
  }
});

describe('an event of a type that nobody here knows', () => {
  const odd = (position: number) => ({ ...placed(position), event: { type: 'Odd' } });

  it('is passed over in its turn, also when it came early', async () => {
    const { process, handled, inbox } = start({ onUnknown: 'ignore' });
    expect(await process(odd(2))).toMatchObject({ how: 'held' });
    expect(await process(placed(3))).toMatchObject({ how: 'held' });
    expect(await process(placed(1))).toMatchObject({ how: 'handled' });
    expect(handled).toEqual(['m-1', 'm-3']);
    expect(await process(odd(4))).toMatchObject({ how: 'ignored' });
    expect(await inbox.held('ReadModel')).toEqual([]);
  });
});

describe('which topic an event is of', () => {
  it('is the attribute; without it the ARN in the envelope of SNS, or the only topic there is', async () => {
    const body = JSON.stringify(placed(1));
    const wrapped = (TopicArn: string): string =>
      JSON.stringify({ Type: 'Notification', TopicArn, Message: body, MessageAttributes: {} });
    const both = { topics: [Ordered, Customer] };
    expect(await start().processBody(body, {})).toMatchObject({ how: 'handled' });
    expect(
      await start(both).processBody(wrapped('arn:aws:sns:eu-west-1:1:OrderedEventTopic.fifo'), {}),
    ).toMatchObject({
      how: 'handled',
    });
    expect(await start(both).processBody(body, {})).toMatchObject({
      refusal: { code: 'UNKNOWN_TOPIC', reason: expect.stringMatching(/no attribute `aggregate`/) },
    });
  });

  it('must have what it orders by', async () => {
    const { position: _, ...without } = placed(1);
    expect(await start().process(without)).toMatchObject({ refusal: { code: 'NOT_A_MESSAGE' } });
  });
});

describe('names that every object has', () => {
  it.each(['constructor', 'toString', '__proto__'])('are event types like others: %s', async (type) => {
    const event = { ...placed(1), event: { type } };
    const upcasters = { Ordered: { NameChanged: upcast((v1) => v1) } };
    expect(await start({ upcasters }).process(event)).toMatchObject({
      refusal: { code: 'UNKNOWN_EVENT_TYPE' },
    });
  });
});

describe('the type of an event', () => {
  it('is unknown only when the schema tells which there are', async () => {
    const Anything = defineEventTopic({ name: 'Ordered', event: z.object({ a: z.number() }) });
    const event = { ...placed(1), event: { type: 'Odd' } };
    expect(await start({ topics: [Anything] }).process(event)).toMatchObject({
      refusal: { code: 'INVALID_EVENT' },
    });
    expect(await start().process(event)).toMatchObject({ refusal: { code: 'UNKNOWN_EVENT_TYPE' } });
  });

  it('may have no handler on purpose, and the watermark passes it', async () => {
    const { process, handled } = start({
      handlers: {
        Ordered: {
          Created: 'ignore',
          NameChanged: ({ meta }: EventMessage) => void handled.push(meta.msgId),
        },
      },
    });
    const created = { ...placed(1), event: { type: 'Created', name: 'a', address: 'b' } };
    expect(await process(created)).toMatchObject({ how: 'ignored' });
    expect(await process(placed(2))).toMatchObject({ how: 'handled' });
    const deleted = { ...placed(3), event: { type: 'Deleted' } };
    expect(await process(deleted)).toMatchObject({ refusal: { code: 'UNKNOWN_EVENT_TYPE' } });
  });
});

type Overrides = Partial<Record<keyof AnyHandlingOptions, unknown>> & {
  readonly handle?: (message: EventMessage) => void;
  readonly deadLetter?: ProcessorSpec['deadLetter'];
  readonly maxAttempts?: number;
  readonly mayGoOn?: () => boolean;
};

function start({
  deadLetter,
  maxAttempts,
  handle,
  handlers,
  mayGoOn = () => true,
  ...overrides
}: Overrides = {}) {
  const handled: string[] = [];
  const inbox = new MemoryInbox();
  const log = new CapturedLog();
  const counted = (message: EventMessage): void => {
    handle?.(message);
    handled.push(message.meta.msgId);
  };
  const options = {
    topics: [Ordered],
    inbox,
    logger: log,
    ...(handlers ? { handlers } : { handle: counted }),
    ...overrides,
  };
  const spec = { ...toHandlingSpec(options as never, 'ReadModel'), maxAttempts, deadLetter };
  const processBody = (
    body: string,
    attributes: QueuedMessage['attributes'] = { aggregate: 'Ordered' },
    messageId = 'sqs-1',
  ): Promise<MessageOutcome> =>
    processMessage(
      spec,
      { messageId, body, attributes, group: 'C-1' },
      { number: 1, timeoutMs: () => 1_000, mayGoOn: () => mayGoOn() },
    );
  const process = (message: EventMessage): Promise<MessageOutcome> =>
    processBody(JSON.stringify(message), undefined, `sqs-${message.meta.msgId}`);
  const skip = (position: number): Promise<Skipped> =>
    skipEvent(spec, { topic: 'Ordered', id: 'C-1', position }, 1_000);
  return { handled, inbox, log, process, processBody, skip };
}

function placed(position: number): EventMessage {
  return customerMessage(position, { position });
}

function streamOf(messages: readonly EventMessage[]) {
  return async function* (_: string, from: number): AsyncGenerator<EventMessage> {
    yield* messages.filter(({ position = 0 }) => position >= from);
  };
}
