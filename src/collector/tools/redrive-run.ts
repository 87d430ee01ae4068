import { CLOCK_SKEW_MS } from '../../common/defaults.ts';
import { messageGroupId } from '../../common/ids.ts';
import { reasonOf } from '../logger.ts';
import { contentOf, type DeadLetter, type LentLetter } from './dead-letter.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { Pace } from './pace.ts';
import type { RedriveOptions } from './redrive-options.ts';
import type { Deliver } from './redrive-target.ts';

/** An aggregate whose letters are left from this one on. */
export interface StoppedAggregate {
  /** SQS's MessageGroupId: the aggregate's id, or its SHA-256. */
  readonly group: string;
  /** SQS's id of the letter. */
  readonly messageId: string;
  readonly reason: string;
}

/** What a dry run would redrive. */
export interface PlannedLetter {
  readonly group: string;
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly refusal: DeadLetter['refusal'];
}

export interface RedriveResult {
  /** `empty`: SQS gave no more letters. `limit`, `aborted`: as it was told. */
  readonly ended: 'empty' | 'limit' | 'aborted';
  /** Letters that arrived, and are no longer in the dead-letter queue. */
  readonly redriven: number;
  /** Aggregates of which a letter did not arrive, and whose later letters are left for that. */
  readonly stopped: readonly StoppedAggregate[];
  /** Aggregates that `ids` or `filter` left out, as far as they were seen. */
  readonly skipped: number;
  /** Of a dry run: what it would redrive. */
  readonly planned: readonly PlannedLetter[];
  /** About how many letters are in the dead-letter queue now, also such as somebody else holds; undefined when SQS does not tell. */
  readonly left: number | undefined;
}

export interface RedriveParts {
  readonly options: RedriveOptions;
  readonly queue: DeadLetterQueue;
  readonly deliver: Deliver;
  readonly pace: Pace;
}

/** Longer than a request to SQS takes, with the SDK's own retries. */
const DELIVERY_MS = 20_000;

/** What becomes of a letter and those behind it. `wait`: they stay hidden until the redrive ends. `again`: they must be received again. */
type Step = 'next' | 'wait' | 'again';

/** One redrive. */
export class RedriveRun {
  readonly #parts: RedriveParts;
  readonly #groups: ReadonlySet<string> | undefined;
  readonly #stopped = new Map<string, StoppedAggregate>();
  readonly #skipped = new Set<string>();
  readonly #planned: PlannedLetter[] = [];
  /** Contents of what arrived. */
  readonly #arrived = new Set<string>();
  readonly #since = Date.now() - CLOCK_SKEW_MS;
  #redriven = 0;
  /** Letters that may still be begun. */
  #room: number;

  constructor(parts: RedriveParts) {
    const { limit = Number.POSITIVE_INFINITY, ids } = parts.options;
    this.#parts = parts;
    this.#room = limit;
    this.#groups = ids && new Set(ids.map(messageGroupId));
  }

  async run(): Promise<RedriveResult> {
    const { queue } = this.#parts;
    const ended = await this.#drain().finally(() => queue.giveAllBack());
    return {
      ended,
      redriven: this.#redriven,
      stopped: [...this.#stopped.values()],
      skipped: this.#skipped.size,
      planned: this.#planned,
      left: await queue.size(),
    };
  }

  async #drain(): Promise<RedriveResult['ended']> {
    for (;;) {
      if (this.#isAborted) return 'aborted';
      if (this.#room <= 0) return 'limit';
      const letters = await this.#parts.queue.receive();
      if (letters.length === 0) return 'empty';
      const ends = await Promise.allSettled(lanesOf(letters).map((lane) => this.#work(lane)));
      // Not at the first that rejects: the others would go on behind its back.
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }
  }

  /** The letters of one aggregate, none before the one ahead of it is deleted. */
  async #work(lane: readonly LentLetter[]): Promise<void> {
    for (const [index, letter] of lane.entries()) {
      const step = this.#isHeld(letter.letter) ? 'wait' : await this.#redrive(letter);
      if (step === 'again') return await this.#parts.queue.giveBack(lane.slice(index));
      if (step === 'wait') return;
    }
  }

  /** Whether it stays for now. */
  #isHeld(letter: DeadLetter): boolean {
    const { group } = letter;
    if (this.#isAborted || this.#room <= 0) return true;
    if (this.#stopped.has(group) || this.#skipped.has(group)) return true;
    if (!this.#isWanted(letter)) {
      this.#skipped.add(group);
      this.#tell();
      return true;
    }
    if (!this.#cameBack(letter)) return false;
    const { code, reason } = letter.refusal ?? {};
    this.#stop(letter, `it came back into the dead-letter queue${code ? `: ${code}, ${reason}` : ''}`);
    return true;
  }

  async #redrive(lent: LentLetter): Promise<Step> {
    const { options, queue, deliver, pace } = this.#parts;
    const { letter } = lent;
    this.#room -= 1;
    if (options.dryRun) return this.#plan(letter);
    await pace.turn(options.signal);
    if (this.#isAborted) return 'wait';
    if (!(await queue.lasts(lent, DELIVERY_MS))) {
      this.#room += 1;
      return 'again';
    }
    try {
      await deliver(lent);
    } catch (error) {
      return this.#stop(letter, reasonOf(error));
    }
    this.#arrived.add(contentOf(letter));
    try {
      await queue.delete(lent);
    } catch (error) {
      const reason = `it arrived, but is still in the dead-letter queue: ${reasonOf(error)}; redriven within five minutes, SQS drops it`;
      return this.#stop(letter, reason);
    }
    this.#redriven += 1;
    this.#tell();
    return 'next';
  }

  #plan({ group, messageId, sequenceNumber, refusal }: DeadLetter): Step {
    this.#planned.push({ group, messageId, sequenceNumber, refusal });
    this.#tell();
    return 'next';
  }

  #stop({ group, messageId }: DeadLetter, reason: string): Step {
    this.#stopped.set(group, { group, messageId, reason });
    this.#tell();
    return 'wait';
  }

  #isWanted(letter: DeadLetter): boolean {
    if (this.#groups !== undefined && !this.#groups.has(letter.group)) return false;
    return this.#parts.options.filter?.(letter) ?? true;
  }

  /** A collector that still refuses it would be sent it for ever. */
  #cameBack(letter: DeadLetter): boolean {
    return letter.deadSince > this.#since && this.#arrived.has(contentOf(letter));
  }

  #tell(): void {
    this.#parts.options.onProgress?.({
      redriven: this.#parts.options.dryRun ? this.#planned.length : this.#redriven,
      stopped: this.#stopped.size,
      skipped: this.#skipped.size,
    });
  }

  get #isAborted(): boolean {
    return this.#parts.options.signal?.aborted ?? false;
  }
}

/** Letters by aggregate. */
function lanesOf(letters: readonly LentLetter[]): readonly (readonly LentLetter[])[] {
  const groups = new Set(letters.map(({ letter }) => letter.group));
  return [...groups].map((group) => letters.filter(({ letter }) => letter.group === group));
}
