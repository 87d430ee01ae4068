import { isEventTopicError } from '../../common/errors.ts';

/** A call that wants to pass. */
export interface Passage {
  /** Aggregates of its messages: whom it may not overtake, and who may not overtake it. */
  readonly aggregates: readonly string[];
  /** Resolves when what the call has to do before is done; undefined when there is nothing to do. */
  readonly prepared: Promise<void> | undefined;
  /** By which its caller gives it up. */
  readonly signal: AbortSignal | undefined;
}

/** A call that has not passed yet. */
interface Place {
  /** Resolves when it and those before it are prepared. Rejects as soon as those that wait behind it have to fail. */
  passed: Promise<unknown>;
  /** Resolves when it and those before it are prepared, or have failed. */
  readonly over: Promise<unknown>;
}

/**
 * Lets calls through in the order in which they came, for each aggregate, each when it is prepared: an upload must not let a
 * later call pass. When it fails, the calls that wait behind it fail too: their events would overtake those of its next try.
 * A call that needs no preparation, and has nobody before it, passes at once.
 */
export class Turnstile {
  readonly #last = new Map<string, Place>();

  async pass<Result>(passage: Passage, enter: () => Promise<Result>): Promise<Result> {
    const { prepared, signal } = passage;
    if (prepared === undefined && this.#last.size === 0) return enter();
    const aggregates = new Set(passage.aggregates);
    const before = new Set([...aggregates].flatMap((id) => this.#last.get(id) ?? []));
    if (prepared === undefined && before.size === 0) return enter();
    const own = Promise.resolve(prepared);
    const passed = [...before].map((place) => place.passed);
    const place: Place = {
      // Who comes behind waits also for those before: this call may leave the queue sooner.
      passed: Promise.all([own.catch((error) => passOver(error, signal)), ...passed]),
      over: Promise.allSettled([own, ...[...before].map(({ over }) => over)]),
    };
    for (const id of aggregates) this.#last.set(id, place);
    place.passed.catch(() => {
      // Whoever comes from now on, perhaps as its next try, must not overtake those that are still before it.
      place.passed = place.over;
    });
    void place.over.then(() => {
      for (const id of aggregates) if (this.#last.get(id) === place) this.#last.delete(id);
    });
    const turn = Promise.all([own, ...passed]);
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
