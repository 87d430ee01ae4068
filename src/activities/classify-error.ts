import type { PublishFailure } from '../common/protocol/activities.ts';

type Kind = PublishFailure['kind'];

// By code and never by the SDK's `$fault`: throttles count as the client's fault there.
// Source: errors of Publish and PublishBatch in the SNS API reference, of SendMessage in that of SQS (which writes `Kms`),
// and of the SDK's credential chain.
const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    // Time cures it.
    Throttled: 'retry',
    Throttling: 'retry',
    TooManyRequests: 'retry',
    RequestThrottled: 'retry',
    KMSThrottling: 'retry',
    KmsThrottled: 'retry',
    OverLimit: 'retry',
    InternalError: 'retry',
    InternalFailure: 'retry',
    InternalServerError: 'retry',
    ServiceUnavailable: 'retry',
    RequestTimeout: 'retry',
    RequestExpired: 'retry',
    TimeoutError: 'retry',
    AbortError: 'retry',
    // Only another event does.
    InvalidParameter: 'event',
    InvalidParameterValue: 'event',
    ParameterValueInvalid: 'event',
    Validation: 'event',
    ValidationError: 'event',
    InvalidMessageContents: 'event',
    BatchEntryIdsNotDistinct: 'event',
    BatchRequestTooLong: 'event',
    EmptyBatchRequest: 'event',
    InvalidBatchEntryId: 'event',
    TooManyEntriesInBatchRequest: 'event',
    // Only an operator does; the event is good and must keep its place.
    AuthorizationError: 'configuration',
    AccessDenied: 'configuration',
    NotFound: 'configuration',
    QueueDoesNotExist: 'configuration',
    NonExistentQueue: 'configuration',
    InvalidAddress: 'configuration',
    UnsupportedOperation: 'configuration',
    InvalidSecurity: 'configuration',
    InvalidClientTokenId: 'configuration',
    UnrecognizedClient: 'configuration',
    SignatureDoesNotMatch: 'configuration',
    IncompleteSignature: 'configuration',
    MissingAuthenticationToken: 'configuration',
    ExpiredToken: 'configuration',
    OptInRequired: 'configuration',
    CredentialsProviderError: 'configuration',
    TokenProviderError: 'configuration',
    EndpointDisabled: 'configuration',
    PlatformApplicationDisabled: 'configuration',
    KMSAccessDenied: 'configuration',
    KMSDisabled: 'configuration',
    KMSInvalidState: 'configuration',
    KMSNotFound: 'configuration',
    KMSOptInRequired: 'configuration',
    KmsAccessDenied: 'configuration',
    KmsDisabled: 'configuration',
    KmsInvalidKeyUsage: 'configuration',
    KmsInvalidState: 'configuration',
    KmsNotFound: 'configuration',
    KmsOptInRequired: 'configuration',
  } satisfies Record<string, Kind>),
);

/** SQS writes it before some codes, for clients of its older protocol. */
const SQS_PREFIX = /^AWS\.SimpleQueueService\./;

/** What an SDK error or an entry of a batch's `Failed` list says. */
export interface ErrorFacts {
  /** SDK class name (`ThrottledException`), wire code (`Throttled`) or name of a network error (`ECONNREFUSED`). */
  readonly code: string;
  readonly message: string;
  /** HTTP status of the answer; absent when there was none. */
  readonly httpStatus?: number;
}

/**
 * Says what cures an error. An unknown one never parks an event: without an answer, or with a 5xx or 429, time may cure
 * it, and any other answer is taken for a fault of the configuration.
 */
export function classifyError({ code, message, httpStatus }: ErrorFacts): PublishFailure {
  const wireCode = code.replace(SQS_PREFIX, '').replace(/Exception$/, '');
  const kind = refusesTopic(wireCode, message)
    ? 'configuration'
    : (KINDS.get(wireCode) ?? kindByStatus(httpStatus));
  return { kind, code: wireCode, reason: message };
}

// Of those above. `KMSThrottling` is one that the AWS SDK does not try again.
const THROTTLES = new Set([
  'Throttled',
  'Throttling',
  'TooManyRequests',
  'RequestThrottled',
  'KMSThrottling',
  'KmsThrottled',
  'OverLimit',
]);

/** Whether it was too much at a time: the same goes through a moment later. */
export function isThrottle({ kind, code }: PublishFailure): boolean {
  return kind === 'retry' && THROTTLES.has(code);
}

/** The facts of anything that the AWS SDK may throw. */
export function errorFacts(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { code: 'UnknownError', message: String(error) };
  const { code, $metadata } = error as SdkError;
  return {
    // Node's network errors say what happened in `code`; an AggregateError is one for each address that was tried.
    code: ['Error', 'AggregateError'].includes(error.name) && typeof code === 'string' ? code : error.name,
    message: error.message || String(code ?? error.name),
    httpStatus: $metadata?.httpStatusCode,
  };
}

interface SdkError extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

// SNS answers `InvalidParameter: TopicArn` when the client's region is not the topic's: no event is at fault.
function refusesTopic(code: string, message: string): boolean {
  return code === 'InvalidParameter' && /TopicArn/i.test(message);
}

function kindByStatus(httpStatus: number | undefined): Kind {
  if (httpStatus === undefined || httpStatus >= 500 || httpStatus === 429) return 'retry';
  return 'configuration';
}
