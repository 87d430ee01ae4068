// Bodies that are too large for SNS, in the format of AWS's extended clients. Frozen: docs/spec/wire-format.md, "Claim check".
import { describe, invalidArgument } from './arguments.ts';
import { EventTopicError } from './errors.ts';

/** Name and key of an object in S3. */
export interface PayloadPointer {
  readonly bucket: string;
  readonly key: string;
}

/** Keeps bodies that are too large for SNS: `S3ClaimCheck`, or your own. */
export interface PayloadStore {
  /** Bucket that the published pointers name. */
  readonly bucket: string;
  /** First part of every key, as `claim-checks/`. Default: none. */
  readonly prefix?: string;
  /** Largest body that it takes, in bytes; a larger one is refused at `publish`. Default: 16,777,216 (16 MiB). */
  readonly maxBodyBytes?: number;
  /** Resolves when the body is durably there. The same key always comes with the same body: repeating is safe. */
  put(key: string, body: string, signal?: AbortSignal): Promise<void>;
}

/** Gives bodies back to those who read the queue: `S3ClaimCheck`, or your own. */
export interface PayloadSource {
  /** Reads the bucket that the pointer names, whichever that is: permissions decide. */
  get(pointer: PayloadPointer, signal?: AbortSignal): Promise<string>;
}

const POINTER_CLASS = 'software.amazon.payloadoffloading.PayloadS3Pointer';
/** As written by version 1 of the Java client. */
const LEGACY_POINTER_CLASS = 'com.amazon.sqs.javamessaging.MessageS3Pointer';

/** SNS attribute with the size of the offloaded body; by it the extended clients know a pointer. */
export const PAYLOAD_SIZE_ATTRIBUTE = 'ExtendedPayloadSize';

/** The body that is published instead of the one in S3. */
export function pointerBody({ bucket, key }: PayloadPointer): string {
  return JSON.stringify([POINTER_CLASS, { s3BucketName: bucket, s3Key: key }]);
}

/** Where the message is, when the body is a pointer; the body alone tells, since a message is a JSON object. */
export function readPointer(body: string): PayloadPointer | undefined {
  if (typeof body !== 'string')
    throw invalidArgument('readPointer(body)', [`the body is a text, not ${describe(body)}`]);
  const [name, where] = parseArray(body);
  if (name !== POINTER_CLASS && name !== LEGACY_POINTER_CLASS) return undefined;
  const { s3BucketName: bucket, s3Key: key } = (where ?? {}) as Record<string, unknown>;
  return typeof bucket === 'string' && typeof key === 'string' ? { bucket, key } : undefined;
}

/**
 * The message's JSON: the body itself, or what it points to. Throws `CLAIM_CHECK_FAILED` when that cannot be read, or when
 * there is no source to read it from.
 */
export async function resolveBody(
  body: string,
  source: PayloadSource | undefined,
  signal?: AbortSignal,
): Promise<string> {
  const pointer = readPointer(body);
  if (pointer === undefined) return body;
  if (source !== undefined) return await source.get(pointer, signal);
  throw new EventTopicError('CLAIM_CHECK_FAILED', 'The message is in S3, and nothing is given to read it', {
    details: { ...pointer },
    action: 'Give the consumer an S3ClaimCheck, and s3:GetObject on the bucket',
  });
}

function parseArray(body: string): readonly unknown[] {
  if (!body.trimStart().startsWith('[')) return [];
  try {
    return JSON.parse(body) as readonly unknown[];
  } catch {
    return [];
  }
}
