import { EventTopicError } from '../common/errors.ts';

/** What was asked of S3. */
export interface S3Operation {
  readonly does: 'put' | 'get';
  readonly bucket: string;
  readonly key: string;
}

const FACTS = {
  put: 'S3 did not take the body of a message',
  get: 'S3 did not give back the body of a message',
} as const;

const OF_REGION = 'Give the S3 client the region of the bucket';
const OF_CREDENTIALS = 'Give the S3 client credentials that are valid for the bucket';
const OF_BUCKET = 'Create the bucket, or correct its name';

// By code: the SDK has a class for a few of them only. Source: "Error responses" of the S3 API reference, and the SDK.
const ACTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    NoSuchBucket: OF_BUCKET,
    InvalidBucketName: OF_BUCKET,
    NoSuchKey:
      'It was deleted: let the bucket keep objects longer than queues keep messages, and no consumer delete them',
    PermanentRedirect: OF_REGION,
    TemporaryRedirect: OF_REGION,
    AuthorizationHeaderMalformed: OF_REGION,
    IllegalLocationConstraintException: OF_REGION,
    InvalidAccessKeyId: OF_CREDENTIALS,
    SignatureDoesNotMatch: OF_CREDENTIALS,
    ExpiredToken: OF_CREDENTIALS,
    CredentialsProviderError: OF_CREDENTIALS,
    TokenProviderError: OF_CREDENTIALS,
  }),
);

/** Says what S3 refused, and what cures it. */
export function s3Failure(operation: S3Operation, error: unknown, timeoutMs: number): EventTopicError {
  const { does, bucket, key } = operation;
  const { code, reason, httpStatus } = factsOf(error, timeoutMs);
  return new EventTopicError('CLAIM_CHECK_FAILED', `${FACTS[does]}: ${reason}`, {
    details: { bucket, key, code, httpStatus },
    action: ACTIONS.get(code) ?? (isRefusal(code) ? permissionFor(operation) : again(does)),
    cause: error,
  });
}

interface Facts {
  readonly code: string;
  readonly reason: string;
  /** Absent without an answer. */
  readonly httpStatus?: number | undefined;
}

interface SdkError extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function factsOf(error: unknown, timeoutMs: number): Facts {
  if (!(error instanceof Error)) return { code: 'UnknownError', reason: String(error) };
  if (error.name === 'AbortError')
    return { code: 'TimeoutError', reason: `no answer within ${timeoutMs} ms` };
  const { code, $metadata } = error as SdkError;
  // Node's network errors say what happened in `code`; an AggregateError is one for each address that was tried.
  const name = typeof code === 'string' && /^(Aggregate)?Error$/.test(error.name) ? code : error.name;
  return { code: name, reason: error.message || name, httpStatus: $metadata?.httpStatusCode };
}

function isRefusal(code: string): boolean {
  return /^(AccessDenied|Forbidden|403|AllAccessDisabled)/.test(code);
}

function permissionFor({ does, bucket, key }: S3Operation): string {
  const object = bucket.startsWith('arn:') ? `${bucket}/object/${key}` : `arn:aws:s3:::${bucket}/${key}`;
  const also =
    does === 'put'
      ? 'kms:GenerateDataKey when the bucket is encrypted with a KMS key'
      : 'kms:Decrypt when the bucket is encrypted with a KMS key; without s3:ListBucket, S3 says the same of a deleted object';
  return `Grant s3:${does === 'put' ? 'PutObject' : 'GetObject'} on ${object.replace(/[^/]*$/, '*')}, and ${also}`;
}

function again(does: S3Operation['does']): string {
  const repeat = does === 'put' ? 'publish the same messages again' : 'read the message again';
  return `Check the network and the endpoint of the S3 client, then ${repeat}: that is safe`;
}
