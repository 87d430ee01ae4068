import { describe, expect, it } from 'vitest';
import {
  EventTopicError,
  InvalidMessagesError,
  isEventTopicError,
  type MessageFault,
  PublishError,
  rootMessage,
} from '../../../src/common/errors.ts';

describe('the message of an error', () => {
  it('is the fact, its details and the next action', () => {
    const error = new EventTopicError('INVALID_TOPIC', 'It is wrong', {
      details: { topic: 'Customer', attempts: 3, fifo: false },
      action: 'Correct it',
    });

    expect(error.message).toBe('It is wrong [topic=Customer attempts=3 fifo=false]. Correct it');
  });

  it.each([
    { options: {}, message: 'It is wrong' },
    { options: { action: 'Correct it' }, message: 'It is wrong. Correct it' },
    { options: { details: { id: 'C-1' } }, message: 'It is wrong [id=C-1]' },
    { options: { details: { id: 'C-1', address: undefined } }, message: 'It is wrong [id=C-1]' },
    { options: { details: { address: undefined } }, message: 'It is wrong' },
  ])('is $message when that is all', ({ options, message }) => {
    expect(new EventTopicError('INVALID_TOPIC', 'It is wrong', options).message).toBe(message);
  });
});

describe('an error', () => {
  it('carries code, details and cause, and the name of its class', () => {
    const cause = new Error('why');
    const error = new EventTopicError('INVALID_WORKER', 'It is wrong', {
      details: { topic: 'Order' },
      cause,
    });

    expect(error).toMatchObject({
      code: 'INVALID_WORKER',
      details: { topic: 'Order' },
      cause,
      name: 'EventTopicError',
    });
  });

  it('is recognised by its code, also when another installation of the package threw it', () => {
    const foreign = Object.assign(new Error('x'), { code: 'INVALID_WORKER', details: {} });

    expect(isEventTopicError(foreign)).toBe(true);
    expect(isEventTopicError(foreign, 'INVALID_WORKER')).toBe(true);
    expect(isEventTopicError(foreign, 'INVALID_TOPIC')).toBe(false);
  });

  it.each([
    ['an Error', new Error('x')],
    ['a system error', Object.assign(new Error('x'), { code: 'ECONNREFUSED' })],
    [
      'a gRPC error',
      Object.assign(new Error('14 UNAVAILABLE: no'), { code: 14, details: 'no', metadata: {} }),
    ],
    ['an error whose code is a number', Object.assign(new Error('x'), { code: 14, details: {} })],
    ['an error whose details are a text', Object.assign(new Error('x'), { code: 'X', details: 'no' })],
    ['an error without details', Object.assign(new Error('x'), { code: 'X', details: undefined })],
    ['a string', 'INVALID_WORKER'],
    ['an object', { code: 'INVALID_WORKER', details: {} }],
    ['undefined', undefined],
  ])('is not recognised in %s', (_what, error) => {
    expect(isEventTopicError(error)).toBe(false);
  });
});

describe('InvalidMessagesError', () => {
  const fault = (index: number, msgId?: string): MessageFault => ({
    index,
    msgId,
    path: 'meta.time',
    reason: 'is missing',
  });

  it('names every fault with its place', () => {
    const faults = [fault(0, 'm-1'), { ...fault(2), path: 'id' }];
    const error = new InvalidMessagesError('Customer', faults);

    expect(error.message).toBe(
      'Messages refused, none was sent: #0 (msgId m-1) meta.time: is missing; #2 id: is missing' +
        ' [topic=Customer faults=2]. Correct the messages and publish the whole call again',
    );
    expect(error).toMatchObject({ code: 'INVALID_MESSAGES', name: 'InvalidMessagesError', faults });
  });

  it('lists all of ten faults', () => {
    const { message } = new InvalidMessagesError(
      'Customer',
      Array.from({ length: 10 }, (_, i) => fault(i)),
    );

    expect(message).toContain('#9 meta.time: is missing [topic=Customer faults=10].');
  });

  it('lists ten of more faults in its text, and has all of them as data', () => {
    const error = new InvalidMessagesError(
      'Customer',
      Array.from({ length: 12 }, (_, i) => fault(i)),
    );

    expect(error.message).toContain('#9 meta.time: is missing; and 2 more [topic=Customer faults=12].');
    expect(error.message).not.toContain('#10');
    expect(error.faults).toHaveLength(12);
  });
});

describe('PublishError', () => {
  const refs = (...ids: string[]) => ids.map((id, index) => ({ id, msgId: `m-${index}` }));

  it('says how much was accepted, and why the rest was not', () => {
    const cause = new Error('Failed to signal', { cause: new Error('14 UNAVAILABLE: no connection') });
    const accepted = refs('C-1');
    const notAccepted = refs('C-2', 'C-2', 'C-3');
    const error = new PublishError(
      { topic: 'Customer', address: 'temporal:7233' },
      { accepted, notAccepted },
      cause,
    );

    expect(error.message).toBe(
      'Temporal did not accept all messages: 14 UNAVAILABLE: no connection' +
        ' [topic=Customer address=temporal:7233 accepted=1 notAccepted=3 aggregatesNotAccepted=2].' +
        ' Publish the same messages again when Temporal answers; their msgIds keep that safe',
    );
    expect(error).toMatchObject({ code: 'PUBLISH_NOT_ACCEPTED', accepted, notAccepted, cause });
  });

  it('takes a cause that is no Error', () => {
    const error = new PublishError(
      { topic: 'Customer', address: undefined },
      { accepted: [], notAccepted: [] },
      'odd',
    );

    expect(error.message).toMatch(
      /^Temporal did not accept all messages: odd \[topic=Customer accepted=0 notAccepted=0 /,
    );
  });
});

it('the root message is the one of the innermost cause', () => {
  const error = new Error('outer', { cause: new Error('middle', { cause: new Error('inner') }) });

  expect(rootMessage(error)).toBe('inner');
  expect(rootMessage(new Error('alone', { cause: 'text' }))).toBe('alone');
});
