import { describe, expect, it } from 'vitest';
import { classifyError, isThrottle } from '../../../src/activities/classify-error.ts';

/** Wire codes; the class of the SDK has the same name with `Exception` behind it, but for one that says so. */
const KINDS = {
  retry: [
    'Throttled',
    'Throttling',
    'TooManyRequests',
    'RequestThrottled',
    'KMSThrottling',
    'KmsThrottled',
    'OverLimit',
    'InternalError',
    'InternalFailure',
    'InternalServerError',
    'ServiceUnavailable',
    'RequestTimeout',
    'RequestExpired',
    'TimeoutError',
    'AbortError',
  ],
  event: [
    'InvalidParameter',
    'InvalidParameterValue',
    'ParameterValueInvalid',
    'Validation',
    'ValidationError',
    'InvalidMessageContents',
    'BatchEntryIdsNotDistinct',
    'BatchRequestTooLong',
    'EmptyBatchRequest',
    'InvalidBatchEntryId',
    'TooManyEntriesInBatchRequest',
  ],
  configuration: [
    'AuthorizationError',
    'AccessDenied',
    'NotFound',
    'QueueDoesNotExist',
    'NonExistentQueue',
    'InvalidAddress',
    'UnsupportedOperation',
    'InvalidSecurity',
    'InvalidClientTokenId',
    'UnrecognizedClient',
    'SignatureDoesNotMatch',
    'IncompleteSignature',
    'MissingAuthenticationToken',
    'ExpiredToken',
    'OptInRequired',
    'CredentialsProviderError',
    'TokenProviderError',
    'EndpointDisabled',
    'PlatformApplicationDisabled',
    'KMSAccessDenied',
    'KMSDisabled',
    'KMSInvalidState',
    'KMSNotFound',
    'KMSOptInRequired',
    'KmsAccessDenied',
    'KmsDisabled',
    'KmsInvalidKeyUsage',
    'KmsInvalidState',
    'KmsNotFound',
    'KmsOptInRequired',
  ],
} as const;

const table = (['retry', 'event', 'configuration'] as const).flatMap((kind) =>
  KINDS[kind].map((code) => ({ kind, code, className: `${code}Exception` })),
);

describe('an error of SNS or SQS', () => {
  it.each(table)('has the kind $kind: $code, as the entry of a batch says it', ({ kind, code }) => {
    expect(classifyError({ code, message: 'why' })).toEqual({ kind, code, reason: 'why' });
  });

  it.each(table)('has the kind $kind: $className, as the SDK calls it', ({ kind, code, className }) => {
    expect(classifyError({ code: className, message: 'why' })).toEqual({
      kind,
      code,
      reason: 'why',
    });
  });

  it.each(table)('has the kind $kind: $code, as SQS writes it to older clients', ({ kind, code }) => {
    expect(classifyError({ code: `AWS.SimpleQueueService.${code}`, message: 'why' })).toEqual({
      kind,
      code,
      reason: 'why',
    });
  });

  it('has the kind of its code, whatever the HTTP status', () => {
    const others = table.flatMap(({ kind, code }) =>
      [200, 400, 403, 404, 429, 500].filter(
        (httpStatus) => classifyError({ code, message: 'why', httpStatus }).kind !== kind,
      ),
    );

    expect(others).toEqual([]);
  });
});

describe('an unknown error', () => {
  it.each([
    { httpStatus: undefined, kind: 'retry', why: 'without an answer, time may cure it' },
    { httpStatus: 500, kind: 'retry', why: 'the service fails' },
    { httpStatus: 503, kind: 'retry', why: 'the service fails' },
    { httpStatus: 429, kind: 'retry', why: 'it throttles' },
    { httpStatus: 400, kind: 'configuration', why: 'it does not park a good event' },
    { httpStatus: 403, kind: 'configuration', why: 'something is not allowed' },
    { httpStatus: 404, kind: 'configuration', why: 'something is not there' },
    { httpStatus: 200, kind: 'configuration', why: 'something else answers' },
  ])('with HTTP status $httpStatus is of the kind $kind: $why', ({ httpStatus, kind }) => {
    expect(classifyError({ code: 'NewInTheYear2030', message: 'why', httpStatus })).toEqual({
      kind,
      code: 'NewInTheYear2030',
      reason: 'why',
    });
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', ''])(
    'has no kind of its own for being called as something that every object has: %j',
    (code) => {
      expect(classifyError({ code, message: 'why' })).toEqual({ kind: 'retry', code, reason: 'why' });
      expect(classifyError({ code, message: 'why', httpStatus: 400 }).kind).toBe('configuration');
    },
  );

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'UnknownError', 'NoResult'])(
    'of the network is retried: %s',
    (code) => {
      expect(classifyError({ code, message: 'why' }).kind).toBe('retry');
    },
  );
});

describe('InvalidParameter', () => {
  it.each([
    'Invalid parameter: TopicArn',
    'Invalid parameter: TopicArn Reason: An ARN must have six elements',
  ])('that speaks of the topic is a fault of the configuration: %s', (message) => {
    expect(classifyError({ code: 'InvalidParameterException', message, httpStatus: 400 })).toEqual({
      kind: 'configuration',
      code: 'InvalidParameter',
      reason: message,
    });
  });

  it('that speaks of the message is a fault of the event', () => {
    const message = 'Invalid parameter: Message too long';

    expect(classifyError({ code: 'InvalidParameterException', message, httpStatus: 400 }).kind).toBe('event');
  });
});

describe('a throttle', () => {
  it.each([
    'Throttled',
    'ThrottledException',
    'Throttling',
    'ThrottlingException',
    'TooManyRequestsException',
    'RequestThrottled',
    'KMSThrottlingException',
    'KmsThrottled',
    'OverLimit',
  ])('is %s', (code) => {
    expect(isThrottle(classifyError({ code, message: 'why', httpStatus: 400 }))).toBe(true);
  });

  it.each([
    'InternalError',
    'ServiceUnavailable',
    'TimeoutError',
    'ECONNREFUSED',
    'InvalidParameter',
    'NotFound',
  ])('is not %s', (code) => {
    expect(isThrottle(classifyError({ code, message: 'why', httpStatus: 500 }))).toBe(false);
  });
});
