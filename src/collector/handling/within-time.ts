/** A handler that took too long: it is told to give up, and what it does after that has no effect on the inbox. */
export class HandlerTimeout extends Error {
  override readonly name = 'HandlerTimeout';

  constructor(timeoutMs: number) {
    super(`the handler did not end within ${timeoutMs} ms`);
  }
}

/** The time of one attempt. */
export interface TimeLimit {
  /** Aborts when the time is over. */
  readonly signal: AbortSignal;
  /** Rejects then. For a race: cheaper than a listener. */
  readonly expired: Promise<never>;
}

/** Runs with a signal that aborts when the time is over, and does not wait longer for what ignores it. */
export async function withinTime<Result>(
  timeoutMs: number,
  run: (limit: TimeLimit) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new HandlerTimeout(timeoutMs);
      controller.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([run({ signal: controller.signal, expired }), expired]);
  } finally {
    clearTimeout(timer);
  }
}
