import { ServiceError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, failureLines, toFailure } from '../../../src/cli/failure.ts';
import { EventTopicError, type EventTopicErrorCode } from '../../../src/common/errors.ts';

const refused = new EventTopicError('OPERATION_REFUSED', 'Nothing is parked', {
  details: { topic: 'Customer', id: 'C-1' },
  action: 'Look at status(id) first',
});

describe('an error', () => {
  it('is a line with its code and a line with the next step, in commands instead of methods', () => {
    expect(failureLines(toFailure(refused), false)).toEqual([
      'event-topic: OPERATION_REFUSED Nothing is parked [topic=Customer id=C-1]',
      'next: look at it: event-topic status Customer C-1',
    ]);
  });

  it('is one line of JSON with --json', () => {
    const [line = '', ...more] = failureLines(toFailure(refused), true);
    expect(more).toEqual([]);
    expect(JSON.parse(line)).toEqual({
      error: {
        code: 'OPERATION_REFUSED',
        message: 'Nothing is parked [topic=Customer id=C-1]',
        next: 'look at it: event-topic status Customer C-1',
        details: { topic: 'Customer', id: 'C-1' },
      },
    });
  });

  it.each([
    [14, 'TEMPORAL_UNREACHABLE'],
    [4, 'TEMPORAL_UNREACHABLE'],
    [7, 'TEMPORAL_REFUSED'],
    [16, 'TEMPORAL_REFUSED'],
    [3, 'UNEXPECTED'],
  ])("of gRPC's code %i that Temporal's client wraps is %s", (code, expected) => {
    const cause = Object.assign(new Error('5 NOT: that'), { code, details: 'that' });
    const { error } = toFailure(new ServiceError('Failed to query Workflow', { cause }));
    expect(error.code).toBe(expected);
    expect(error.message).toContain('that');
  });

  it('of another library keeps the code that it has', () => {
    const error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(toFailure(error).error.code).toBe('ECONNREFUSED');
    expect(toFailure('nonsense').error).toEqual({ code: 'UNEXPECTED', message: 'nonsense', details: {} });
  });

  it.each<[EventTopicErrorCode, number]>([
    ['INVALID_ARGUMENT', 2],
    ['INVALID_ENVIRONMENT', 2],
    ['INVALID_SPEC', 2],
    ['CONFIRMATION_NEEDED', 2],
    ['INVALID_MESSAGES', 1],
    ['OPERATION_REFUSED', 1],
    ['TEMPORAL_UNREACHABLE', 1],
  ])('%s ends the process with %i', (code, exitCode) => {
    expect(exitCodeOf(toFailure(new EventTopicError(code, 'x')))).toBe(exitCode);
  });
});
