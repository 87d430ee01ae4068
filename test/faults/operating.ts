import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import { isEventTopicError } from '../../src/common/errors.ts';

/** What became of an operator's request. `isRefused`: it does not apply; otherwise Temporal, or the publisher, is away. */
export type Passed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly isRefused: boolean };

/** Makes an operator's request. Throws only what an operator should never see. */
export async function mayPass<T>(request: () => Promise<T>): Promise<Passed<T>> {
  try {
    return { ok: true, value: await request() };
  } catch (error) {
    if (isEventTopicError(error, 'OPERATION_REFUSED')) return { ok: false, isRefused: true };
    const causes = [error, error instanceof Error ? error.cause : undefined];
    if (isEventTopicError(error, 'PUBLISHER_NOT_READY') || causes.some(isGrpcServiceError)) {
      return { ok: false, isRefused: false };
    }
    throw error;
  }
}

/** Whether the check comes true in time. */
export async function until(check: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!(await check())) {
    if (Date.now() > deadline) return false;
    await sleep(100);
  }
  return true;
}
