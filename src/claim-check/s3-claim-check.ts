import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { describe, isRecord, type KeysOf, optionFaults } from '../common/arguments.ts';
import type { PayloadPointer, PayloadSource, PayloadStore } from '../common/claim-check.ts';
import { MAX_OFFLOADED_BYTES, S3_REQUEST_TIMEOUT_MS } from '../common/defaults.ts';
import { EventTopicError } from '../common/errors.ts';
import { type S3Operation, s3Failure } from './s3-failure.ts';

export interface S3ClaimCheckOptions {
  /** Bucket for the bodies; those who read the queues need `s3:GetObject` on it. */
  readonly bucket: string;
  /** Client for the bucket's region; its endpoint, credentials and retry settings are used as they are. */
  readonly client: Pick<S3Client, 'send'>;
  /**
   * First part of every key, as `claim-checks/`: at most 500 letters, digits and any of `/ ! - _ . * ' ( )`. The key goes
   * on with `<topic>/<SHA-256 of the body>`. Default: none.
   */
  readonly prefix?: string;
  /** Largest body, in bytes: 1 to 268,435,456 (256 MiB). A larger one is refused at `publish`. Default: 16,777,216 (16 MiB). */
  readonly maxBodyBytes?: number;
  /** One request, the SDK's own retries included, in milliseconds: 1 to 600,000. Default: 30,000. */
  readonly requestTimeoutMs?: number;
}

/** Keeps bodies that are too large for SNS in an S3 bucket, as AWS's extended clients do, and reads them back. */
export class S3ClaimCheck implements PayloadStore, PayloadSource {
  readonly bucket: string;
  readonly prefix: string;
  readonly maxBodyBytes: number;
  readonly #client: Pick<S3Client, 'send'>;
  readonly #timeoutMs: number;

  /** Throws `INVALID_CLAIM_CHECK` with every fault of the options. */
  constructor(options: S3ClaimCheckOptions) {
    checkOptions(options);
    this.bucket = options.bucket;
    this.prefix = options.prefix ?? '';
    this.maxBodyBytes = options.maxBodyBytes ?? MAX_OFFLOADED_BYTES;
    this.#client = options.client;
    this.#timeoutMs = options.requestTimeoutMs ?? S3_REQUEST_TIMEOUT_MS;
  }

  /** Writes the object, also when it is there: its age, by which the bucket deletes it, then starts anew. */
  async put(key: string, body: string, signal?: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: key,
      Body: body,
      ContentType: 'application/json',
    });
    await this.#request({ does: 'put', bucket: this.bucket, key }, signal, async (abortSignal) => {
      await this.#client.send(command, { abortSignal });
    });
  }

  async get({ bucket, key }: PayloadPointer, signal?: AbortSignal): Promise<string> {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    return await this.#request({ does: 'get', bucket, key }, signal, async (abortSignal) => {
      const { Body } = await this.#client.send(command, { abortSignal });
      if (Body === undefined) return '';
      // The request's own signal ends with the headers.
      addAbortSignal(abortSignal, Body as Readable);
      return await Body.transformToString('utf-8');
    });
  }

  /** Throws `CLAIM_CHECK_FAILED`, or the signal's reason. */
  async #request<Answer>(
    operation: S3Operation,
    signal: AbortSignal | undefined,
    send: (abortSignal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    signal?.throwIfAborted();
    // A timer of our own: AbortSignal.any holds AbortSignal.timeout only weakly, and a collected one never fires (Node.js 20).
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    const timer = setTimeout(abort, this.#timeoutMs);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await send(controller.signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw s3Failure(operation, error, this.#timeoutMs);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

// What S3 takes as a name: a bucket, its alias or the ARN of an access point. S3 says more about it when it is asked.
const BUCKET = /^[A-Za-z0-9.:/_-]{3,255}$/;
// S3's "safe characters"; with the longest topic name and the hash a key stays below S3's 1,024 bytes.
const PREFIX = /^[A-Za-z0-9/!_.*'()-]{0,500}$/;
const MAX_BODY_BYTES = 256 * 1024 * 1024;
const MAX_TIMEOUT_MS = 600_000;

const OPTION_KEYS: KeysOf<S3ClaimCheckOptions> = {
  bucket: true,
  client: true,
  prefix: true,
  maxBodyBytes: true,
  requestTimeoutMs: true,
};

function checkOptions(options: S3ClaimCheckOptions): void {
  const faults = isRecord(options) ? faultsOf(options) : optionFaults(options, OPTION_KEYS);
  if (faults.length === 0) return;
  throw new EventTopicError('INVALID_CLAIM_CHECK', `The options are wrong: ${faults.join('; ')}`, {
    details: { bucket: String(options?.bucket) },
    action: 'Correct them and construct the S3ClaimCheck again',
  });
}

function faultsOf(options: S3ClaimCheckOptions): readonly string[] {
  const { bucket, prefix, maxBodyBytes, requestTimeoutMs, client } = options;
  return [
    ...(BUCKET.test(bucket ?? '') ? [] : ['bucket is the name of an S3 bucket']),
    ...(PREFIX.test(prefix ?? '') ? [] : ["prefix is at most 500 letters, digits and / ! - _ . * ' ( )"]),
    ...(isWithin(maxBodyBytes ?? 1, MAX_BODY_BYTES) ? [] : [`maxBodyBytes is 1 to ${MAX_BODY_BYTES}`]),
    ...(isWithin(requestTimeoutMs ?? 1, MAX_TIMEOUT_MS)
      ? []
      : [`requestTimeoutMs is 1 to ${MAX_TIMEOUT_MS}`]),
    ...(typeof client?.send === 'function' ? [] : [`client is an S3Client, not ${describe(client)}`]),
    ...optionFaults(options, OPTION_KEYS),
  ];
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}
