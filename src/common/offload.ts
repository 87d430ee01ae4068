import { createHash } from 'node:crypto';
import type { PayloadStore } from './claim-check.ts';
import { UPLOADS_IN_FLIGHT } from './defaults.ts';
import { EventTopicError, isEventTopicError } from './errors.ts';
import type { ClaimCheck, PublishEntry } from './protocol/entry.ts';

/** A body that must be in the store before its entry is sent. */
export interface Upload {
  /** Without the event: `message.event` is null. */
  readonly entry: PublishEntry & { readonly claimCheck: ClaimCheck };
  readonly body: string;
}

/** Takes the event out of an entry. The key is made of the body: a repeated publish is the same entry and the same object. */
export function checkIn(
  topic: string,
  { entry, body }: { readonly entry: PublishEntry; readonly body: string },
  { bucket, prefix = '' }: Pick<PayloadStore, 'bucket' | 'prefix'>,
): Upload {
  const key = `${prefix}${topic}/${createHash('sha256').update(body, 'utf8').digest('hex')}`;
  const claimCheck = { bucket, key, bytes: Buffer.byteLength(body, 'utf8') };
  return { entry: { ...entry, message: { ...entry.message, event: null }, claimCheck }, body };
}

/**
 * Resolves when every body is in the store. Rejects with the first failure, a `CLAIM_CHECK_FAILED`, or with the signal's
 * reason; bodies whose upload has not begun by then stay out.
 */
export async function uploadBodies(
  uploads: readonly Upload[],
  store: PayloadStore,
  signal?: AbortSignal,
): Promise<void> {
  const waiting = [...uploads];
  const uploadOneByOne = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      signal?.throwIfAborted();
      await upload(next, store, signal);
    }
  };
  try {
    await Promise.all(Array.from({ length: UPLOADS_IN_FLIGHT }, uploadOneByOne));
  } finally {
    waiting.length = 0;
  }
}

async function upload({ entry, body }: Upload, store: PayloadStore, signal?: AbortSignal): Promise<void> {
  const { key } = entry.claimCheck;
  try {
    await store.put(key, body, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (isEventTopicError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EventTopicError('CLAIM_CHECK_FAILED', `The body of a message was not stored: ${reason}`, {
      details: { bucket: store.bucket, key, msgId: entry.message.meta.msgId },
      action: 'See that the store takes it, then publish the same messages again: that is safe',
      cause: error,
    });
  }
}
