import {
  AuthorizationErrorException,
  KMSOptInRequired,
  KMSThrottlingException,
  SNSServiceException,
  ThrottledException,
} from '@aws-sdk/client-sns';
import { SQSServiceException } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { classifyError, errorFacts } from '../../../src/activities/classify-error.ts';

const answer = (httpStatusCode: number) => ({ message: 'why', $metadata: { httpStatusCode } });

describe('the facts of an error of the AWS SDK', () => {
  it.each([
    {
      error: new ThrottledException(answer(429)),
      code: 'ThrottledException',
      httpStatus: 429,
      kind: 'retry',
    },
    {
      error: new KMSThrottlingException(answer(400)),
      code: 'KMSThrottlingException',
      httpStatus: 400,
      kind: 'retry',
    },
    {
      error: new AuthorizationErrorException(answer(403)),
      code: 'AuthorizationErrorException',
      httpStatus: 403,
      kind: 'configuration',
    },
    {
      error: new KMSOptInRequired(answer(403)),
      code: 'KMSOptInRequired',
      httpStatus: 403,
      kind: 'configuration',
    },
  ])('are class name, message and HTTP status: $code', ({ error, code, httpStatus, kind }) => {
    const facts = errorFacts(error);

    expect(facts).toEqual({ code, message: 'why', httpStatus });
    expect(classifyError(facts).kind).toBe(kind);
  });

  it('are those of a code that the SDK has no class for', () => {
    const error = new SNSServiceException({ name: 'ExpiredToken', $fault: 'client', ...answer(403) });

    expect(errorFacts(error)).toEqual({ code: 'ExpiredToken', message: 'why', httpStatus: 403 });
  });

  it('have the code of a network error, whose name is just Error', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });

    expect(errorFacts(error)).toEqual({
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED 127.0.0.1:1',
      httpStatus: undefined,
    });
  });

  it('have the code of an AggregateError, which is how Node says that no address of a host answers', () => {
    const refused = ['::1', '127.0.0.1'].map((address) => new Error(`connect ECONNREFUSED ${address}:1`));
    const error = Object.assign(new AggregateError(refused), { code: 'ECONNREFUSED' });

    expect(errorFacts(error)).toEqual({
      code: 'ECONNREFUSED',
      message: 'ECONNREFUSED',
      httpStatus: undefined,
    });
    expect(classifyError(errorFacts(error)).kind).toBe('retry');
  });

  it('have the name of an AggregateError without a code', () => {
    expect(errorFacts(new AggregateError([], 'all failed'))).toEqual({
      code: 'AggregateError',
      message: 'all failed',
      httpStatus: undefined,
    });
  });

  it('have the name of an error that has one, whatever its code', () => {
    const error = Object.assign(new Error('late'), { name: 'TimeoutError', code: 'ETIMEDOUT' });

    expect(errorFacts(error).code).toBe('TimeoutError');
  });

  it('have the name of an error without a code', () => {
    expect(errorFacts(Object.assign(new Error('late'), { name: 'TimeoutError' }))).toEqual({
      code: 'TimeoutError',
      message: 'late',
      httpStatus: undefined,
    });
  });

  it('say something also when the error has no message', () => {
    expect(errorFacts(Object.assign(new Error(), { code: 'EPIPE' })).message).toBe('EPIPE');
    expect(errorFacts(Object.assign(new Error(), { name: 'AbortError' })).message).toBe('AbortError');
  });

  it('are taken from anything that is thrown', () => {
    expect(errorFacts('odd')).toEqual({ code: 'UnknownError', message: 'odd' });
    expect(errorFacts(undefined)).toEqual({ code: 'UnknownError', message: 'undefined' });
  });
});

describe.each([
  ['SNS', import('@aws-sdk/client-sns'), SNSServiceException],
  ['SQS', import('@aws-sdk/client-sqs'), SQSServiceException],
])("every error class of the SDK's client for %s", async (_service, client, Base) => {
  const classes = Object.values(await client).filter(
    (value): value is typeof ThrottledException =>
      typeof value === 'function' && value.prototype instanceof Base && value.name !== Base.name,
  );

  it.each(classes.map((Class) => [Class.name, Class] as const))('has its kind: %s', (name, Class) => {
    const { kind, code } = classifyError(errorFacts(new Class(answer(400))));

    expect(code).toBe(name.replace(/Exception$/, ''));
    expect(kind).toBe(EXPECTED[code] ?? 'configuration');
  });
});

/** Kinds of those classes that are not cured by an operator. */
const EXPECTED: Readonly<Record<string, string>> = {
  Throttled: 'retry',
  KMSThrottling: 'retry',
  InternalError: 'retry',
  InvalidParameter: 'event',
  InvalidParameterValue: 'event',
  Validation: 'event',
  BatchEntryIdsNotDistinct: 'event',
  BatchRequestTooLong: 'event',
  EmptyBatchRequest: 'event',
  InvalidBatchEntryId: 'event',
  TooManyEntriesInBatchRequest: 'event',
  RequestThrottled: 'retry',
  KmsThrottled: 'retry',
  OverLimit: 'retry',
  InvalidMessageContents: 'event',
};
