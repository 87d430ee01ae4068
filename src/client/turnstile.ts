import { isEventTopicError } from '../common/errors.ts';

/**
 * Lets calls through in the order in which they came, for each publisher, each when it is prepared: an upload must not let a
 * later call pass. When it fails, the calls that wait behind it fail too: their events would overtake those of its next try.
 * A call that needs no preparation, and has nobody before it, passes at once.
 */
export class Turnstile {
  readonly #last = new Map<string, Promise<unknown>>();

  async pass<Result>(
    publishersOf: () => readonly string[],
    prepared: Promise<void> | undefined,
    enter: () => Promise<Result>,
  ): Promise<Result> {
    if (prepared === undefined && this.#last.size === 0) return enter();
    const publishers = publishersOf();
    const before = publishers.flatMap((publisher) => this.#last.get(publisher) ?? []);
    if (prepared === undefined && before.length === 0) return enter();
    const turn = Promise.all([prepared, ...before]);
    const behind = turn.catch(passInvalid);
    // Perhaps nobody comes behind.
    behind.catch(() => undefined);
    for (const publisher of publishers) this.#last.set(publisher, behind);
    try {
      await turn;
    } finally {
      for (const publisher of publishers) {
        if (this.#last.get(publisher) === behind) this.#last.delete(publisher);
      }
    }
    return enter();
  }
}

/** A call that is wrong in itself is not made again as it is: it holds up nobody. */
function passInvalid(error: unknown): void {
  if (!isEventTopicError(error, 'INVALID_MESSAGES')) throw error;
}
