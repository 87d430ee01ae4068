import { LogTimestamp } from '@temporalio/worker';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { createLogger } from '../../../src/worker/logger.ts';

const time = { [LogTimestamp]: BigInt(Date.parse('2026-01-31T12:00:00.123Z')) * 1_000_000n };

const text = { logFormat: 'text', logLevel: 'INFO' } as const;
const json = { logFormat: 'json', logLevel: 'INFO' } as const;

let stderr: MockInstance<typeof process.stderr.write>;

beforeEach(() => {
  stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  stderr.mockRestore();
});

function written(): readonly string[] {
  return stderr.mock.calls.map(([text]) => String(text));
}

describe('a line of text', () => {
  it('has time, level and message', () => {
    createLogger(text).info('Publishes', { ...time });

    expect(written()).toEqual(['2026-01-31T12:00:00.123Z INFO  Publishes\n']);
  });

  it('has the facts behind the message, and the error in front of them', () => {
    createLogger(text).error('Activity failed', {
      ...time,
      topic: 'Customer',
      attempt: 3,
      retry: { next: 1 },
      nothing: undefined,
      error: new Error('Rate exceeded'),
    });

    expect(written()).toEqual([
      '2026-01-31T12:00:00.123Z ERROR Activity failed: Rate exceeded [topic=Customer attempt=3 retry={ next: 1 }]\n',
    ]);
  });

  it('leaves out what is the same for the whole worker', () => {
    createLogger(text).warn('Activity failed', {
      ...time,
      sdkComponent: 'worker',
      namespace: 'default',
      taskQueue: 'event-topic',
      taskToken: 'abc',
      workflowType: 'eventTopicPublisher',
      activityType: 'eventTopicPublishEvents',
      workflowId: 'event-topic/Customer/C-1',
    });

    expect(written()).toEqual([
      '2026-01-31T12:00:00.123Z WARN  Activity failed [workflowId=event-topic/Customer/C-1]\n',
    ]);
  });

  it('takes an error that is no Error', () => {
    createLogger(text).warn('Odd', { ...time, error: 'text' });

    expect(written()).toEqual(['2026-01-31T12:00:00.123Z WARN  Odd: text\n']);
  });
});

describe('a line of JSON', () => {
  it('has time, level and message of the entry, whatever the facts are called', () => {
    createLogger(json).info('real', { ...time, time: 't', level: 'l', message: 'm' });

    expect(written().map((line) => JSON.parse(line))).toEqual([
      { time: '2026-01-31T12:00:00.123Z', level: 'INFO', message: 'real' },
    ]);
  });

  it('has texts, numbers, booleans and null as they are', () => {
    const facts = { text: 'a', number: 1.5, yes: true, no: false, nothing: null };
    createLogger(json).info('x', { ...time, ...facts });

    expect(written().map((line) => JSON.parse(line))).toEqual([expect.objectContaining(facts)]);
  });

  it('has everything that is known', () => {
    createLogger(json).error('Activity failed', {
      ...time,
      sdkComponent: 'worker',
      attempt: 3,
      bytes: 12n,
      error: new Error('Rate exceeded'),
    });

    expect(written()).toHaveLength(1);
    expect(written()[0]).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(written()[0] ?? '')).toEqual({
      time: '2026-01-31T12:00:00.123Z',
      level: 'ERROR',
      message: 'Activity failed',
      sdkComponent: 'worker',
      attempt: 3,
      bytes: '12n',
      error: 'Rate exceeded',
    });
  });

  it('is one line also for a message of several lines', () => {
    createLogger(json).info('first\nsecond', { ...time });

    expect(written()).toEqual([
      '{"time":"2026-01-31T12:00:00.123Z","level":"INFO","message":"first\\nsecond"}\n',
    ]);
  });
});

const circle: Record<string, unknown> = { name: 'circle' };
circle['self'] = circle;

describe.each([text, json])('a line with %j', (options) => {
  it.each<[string, unknown, string]>([
    ['a BigInt', 12n, '12n'],
    ['a BigInt in an object', { n: 1n }, '{ n: 1n }'],
    ['a circle', circle, "<ref *1> { name: 'circle', self: [Circular *1] }"],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
    ['an array', ['a', 1], "[ 'a', 1 ]"],
    ['an object with a text of two lines', { text: 'a\nb' }, "{ text: 'a\\nb' }"],
    ['an Error', new Error('Rate exceeded'), 'Rate exceeded'],
  ])('shows %s that is a fact', (_what, fact, shown) => {
    createLogger(options).info('x', { ...time, fact });
    const [line = ''] = written();
    const text = `2026-01-31T12:00:00.123Z INFO  x [fact=${shown}]\n`;

    if (options.logFormat === 'json') expect(JSON.parse(line)).toMatchObject({ fact: shown });
    else expect(line).toBe(text);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['the message', 'a\nb\n', {}],
    ['the error', 'x', { error: new Error('a\nb') }],
    ['an error that is a text', 'x', { error: 'a\nb' }],
    ['a fact', 'x', { fact: 'a\nb' }],
    ['the name of a fact', 'x', { 'a\nb': 1 }],
    ['an error inside a fact', 'x', { fact: { error: new Error('a\nb') } }],
    ['an object that is deep', 'x', { fact: { a: { b: { c: { d: { e: 'a\nb' } } } } } }],
    ['an array that is long', 'x', { fact: Array.from({ length: 200 }, (_, index) => `n-${index}`) }],
    ['a map', 'x', { fact: new Map([['a\nb', 'a\nb']]) }],
    ['a function', 'x', { fact: Object.assign(() => 1, { of: 'a\nb' }) }],
  ])('stays one line, whatever is in %s', (_what, message, facts) => {
    createLogger(options).error(message, { ...time, ...facts });

    expect(written()).toEqual([expect.stringMatching(/^[^\n]+\n$/)]);
  });
});

it('line breaks become spaces in a line of text', () => {
  createLogger(text).error('a\nb', { ...time, fact: 'c\nd', error: new Error('e\nf') });

  expect(written()).toEqual(['2026-01-31T12:00:00.123Z ERROR a b: e f [fact=c d]\n']);
});

describe('the level', () => {
  it.each([
    ['TRACE', ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['DEBUG', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['INFO', ['INFO', 'WARN', 'ERROR']],
    ['WARN', ['WARN', 'ERROR']],
    ['ERROR', ['ERROR']],
  ] as const)('%s lets lines of these levels through: %j', (logLevel, expected) => {
    const logger = createLogger({ logFormat: 'text', logLevel });
    for (const each of ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'] as const)
      logger.log(each, 'x', { ...time });

    expect(written().map((line) => line.split(' ')[1])).toEqual(expected);
  });

  it('TRACE shows ids and numbers of the tasks that the SDK shows as a whole, and nothing that events could be in', () => {
    const logger = createLogger({ logFormat: 'json', logLevel: 'TRACE' });
    const input = [{ data: new TextEncoder().encode('secret') }];
    logger.trace('Got activity task', { ...time, taskToken: 'abc', attempt: 2, start: { input } });

    expect(written().map((line) => JSON.parse(line))).toEqual([
      {
        time: '2026-01-31T12:00:00.123Z',
        level: 'TRACE',
        message: 'Got activity task',
        taskToken: 'abc',
        attempt: 2,
      },
    ]);
  });
});
