import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { EventTopicError } from '../../common/errors.ts';

const LOOK_EVERY_MS = 1_000;
const ANSWER_WITHIN_MS = 2_000;
/** A machine that sleeps or is busy is given some time. */
const SILENT_LOOKS = 4;

/** Rejects when Temporal's dev server has ended, which the SDK does not tell. Never settles once the signal has aborted. */
export async function whenServerEnds(connection: Connection, signal: AbortSignal): Promise<never> {
  for (let silent = 0; silent < SILENT_LOOKS; ) {
    await pause(signal);
    silent = (await answers(connection)) ? 0 : silent + 1;
  }
  if (signal.aborted) return forever();
  throw new EventTopicError('TEMPORAL_SERVER_UNAVAILABLE', "Temporal's dev server has ended", {
    action: 'Start event-topic dev again; without --db-file, what it held is lost',
  });
}

/** Rejects when the worker has ended by itself. Never settles once the signal has aborted. */
export async function whenWorkerEnds(running: Promise<void>, signal: AbortSignal): Promise<never> {
  const cause: unknown = await running.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (signal.aborted) return forever();
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  throw new EventTopicError('TEMPORAL_SERVER_UNAVAILABLE', `The worker has ended${reason}`, {
    action:
      "Start event-topic dev again; if Temporal's dev server had ended, what it held without --db-file is lost",
    cause,
  });
}

async function answers(connection: Connection): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
      connection.workflowService.getSystemInfo({}),
    );
    return true;
  } catch {
    return false;
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => forever());
}

function forever(): Promise<never> {
  return new Promise(() => {});
}
