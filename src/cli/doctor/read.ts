/** Something that was read, or why it could not be. */
export type Read<Value> = { readonly value: Value } | { readonly unread: Unread };

export interface Unread {
  /** Error code of AWS or of gRPC (`NOT_FOUND`), or {@link TIMED_OUT}. */
  readonly code: string;
  readonly reason: string;
}

export const TIMED_OUT = 'TimedOut';

/** How one read is done: for how long, and what its errors say. */
export interface Reading {
  readonly timeoutMs: number;
  readonly explain: (error: unknown) => Unread;
}

/** Reads in its own time: what hangs or fails is told as such, and stops nothing else. */
export async function read<Value>(
  { timeoutMs, explain }: Reading,
  load: (signal: AbortSignal) => Promise<Value>,
): Promise<Read<Value>> {
  const signal = AbortSignal.timeout(timeoutMs);
  const timedOut = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  // A load that throws at once leaves nobody who waits for it.
  timedOut.catch(() => undefined);
  try {
    return { value: await Promise.race([load(signal), timedOut]) };
  } catch (error) {
    if (signal.aborted) return { unread: { code: TIMED_OUT, reason: `no answer in ${timeoutMs / 1_000} s` } };
    return { unread: explain(error) };
  }
}
