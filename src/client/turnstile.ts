import { isEventTopicError } from '../common/errors.ts';

/** A call that wants to pass. */
export interface Passage {
  /** Aggregates of its messages: whom it may not overtake, and who may not overtake it. */
  readonly aggregates: readonly string[];
  /** Resolves when what the call has to do before is done; undefined when there is nothing to do. */
  readonly prepared: Promise<void> | undefined;
  /** By which its caller gives it up. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Lets calls through in the order in which they came, for each aggregate, each when it is prepared: an upload must not let a
 * later call pass. When it fails, the calls that wait behind it fail too: their events would overtake those of its next try.
 * A call that needs no preparation, and has nobody before it, passes at once.
 */
export class Turnstile {
  readonly #last = new Map<string, Promise<unknown>>();

  async pass<Result>(passage: Passage, enter: () => Promise<Result>): Promise<Result> {
    const { prepared, signal } = passage;
    if (prepared === undefined && this.#last.size === 0) return enter();
    const aggregates = new Set(passage.aggregates);
    const before = new Set([...aggregates].flatMap((id) => this.#last.get(id) ?? []));
    if (prepared === undefined && before.size === 0) return enter();
    const own = Promise.resolve(prepared);
    const turn = Promise.all([own, ...before]);
    // Who comes behind waits also for those before: this call may leave the queue sooner.
    const passed = Promise.all([own.catch((error) => passOver(error, signal)), ...before]);
    for (const id of aggregates) this.#last.set(id, passed);
    const forget = (): void => {
      for (const id of aggregates) if (this.#last.get(id) === passed) this.#last.delete(id);
    };
    passed.then(forget, forget);
    return enterAfter(turn, enter, signal);
  }
}

/** A call that is wrong in itself, or that its caller gave up, is not made again as it is: it holds up nobody. */
function passOver(error: unknown, signal: AbortSignal | undefined): void {
  if (!isEventTopicError(error, 'INVALID_MESSAGES') && !signal?.aborted) throw error;
}

/** Rejects with the signal's reason when it aborts while the call waits. */
function enterAfter<Result>(
  turn: Promise<unknown>,
  enter: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal?.reason);
    const stopListening = (): void => signal?.removeEventListener('abort', giveUp);
    signal?.addEventListener('abort', giveUp, { once: true });
    const entered = turn.then(() => {
      stopListening();
      signal?.throwIfAborted();
      return enter();
    });
    entered.then(resolve, reject).finally(stopListening);
  });
}
