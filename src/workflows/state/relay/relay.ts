import { MAX_PASSES_PER_RUN } from '../../../common/defaults.ts';
import type { Checkpoint } from '../../../common/event-log.ts';
import type {
  BusyPublisher,
  OpenRelayResult,
  RelayCounts,
  RelayEventsInput,
  RelayFrom,
  RelayInput,
  RelayProgress,
  RelayReport,
  RelayState,
} from '../../../common/protocol/relay.ts';
import { addCounts, furthest } from '../../../common/relay-counts.ts';
import { toIso } from '../iso-time.ts';

/** What a relay does next. */
export type RelayStep =
  | { readonly step: 'open'; readonly from: RelayFrom }
  | { readonly step: 'pass'; readonly input: RelayEventsInput }
  | { readonly step: 'wait'; readonly ms: number }
  | { readonly step: 'continueAsNew'; readonly input: RelayInput };

/** What a relay knows, and decides: plain state, without Temporal. */
export class Relay {
  readonly #input: RelayInput;
  #state: RelayState | undefined;
  #passes = 0;
  /** When the next look is due: milliseconds since 1970. */
  #dueAt = 0;
  #isUncertain: boolean;
  #heldBy: BusyPublisher | undefined;
  /** The last look ended here, before it was through. */
  #brokenOffAt: Checkpoint | undefined;

  constructor(input: RelayInput) {
    this.#input = input;
    this.#state = input.from === undefined ? input.state : undefined;
    this.#isUncertain = input.isResumed ?? false;
  }

  /** It has found out where it begins. */
  get isOpen(): boolean {
    return this.#state !== undefined;
  }

  next(now: number, isLong: boolean): RelayStep {
    const { from = 'end', isResumed: _, ...order } = this.#input;
    const input = { ...order, ...(this.#isUncertain ? { isResumed: true } : {}) };
    if (this.#state === undefined) return { step: 'open', from };
    if (isLong || this.#passes >= MAX_PASSES_PER_RUN)
      return { step: 'continueAsNew', input: { ...input, state: this.#state } };
    if (now < this.#dueAt) return { step: 'wait', ms: this.#dueAt - now };
    return { step: 'pass', input: this.#passInput(now) };
  }

  opened({ checkpoint, eventLog }: OpenRelayResult): void {
    const { totals = NOTHING } = this.#input.state ?? {};
    this.#state = { ...(checkpoint === undefined ? {} : { checkpoint }), totals, eventLog };
  }

  passed({ checkpoint, isMore, lag, isUncertain, heldBy, ...counts }: RelayProgress, now: number): void {
    if (this.#state === undefined) throw new TypeError('passed() before opened()');
    const { settings, mode } = this.#input;
    this.#passes += 1;
    this.#isUncertain = isUncertain ?? false;
    this.#heldBy = heldBy;
    this.#brokenOffAt = isMore ? checkpoint : undefined;
    // A sweep that looks back reads places again that it has passed.
    const farthest = furthest(this.#state.checkpoint, checkpoint);
    this.#state = {
      ...this.#state,
      ...(farthest === undefined ? {} : { checkpoint: farthest }),
      ...(mode === 'sweep' ? { marks: this.#marksWith(farthest, now) } : {}),
      totals: addCounts(this.#state.totals, counts),
      lastPass: { at: toIso(now), ...counts, lag },
    };
    // A tail waits in its activity, for the EventLog can wake it up there.
    this.#dueAt = isMore || mode === 'tail' ? 0 : now + settings.everyMs;
  }

  /** Undefined before it is open. */
  report(): RelayReport | undefined {
    const { topic, mode, settings, target } = this.#input;
    return this.#state && { topic, mode, settings, target, ...this.#state };
  }

  #passInput(now: number): RelayEventsInput {
    const { topic, mode, settings, target } = this.#input;
    const after = this.#brokenOffAt ?? (mode === 'sweep' ? this.#lookBack(now) : this.#state?.checkpoint);
    return {
      topic,
      mode,
      settings,
      target,
      ...(after === undefined ? {} : { after }),
      ...(this.#isUncertain ? { isUncertain: true } : {}),
      ...(this.#heldBy ? { heldBy: this.#heldBy } : {}),
    };
  }

  /** Where it stood that long ago. */
  #lookBack(now: number): Checkpoint | undefined {
    const since = now - this.#input.settings.lookBackMs;
    const [mark] = this.#state?.marks?.findLast(([, at]) => at <= since) ?? this.#state?.marks?.[0] ?? [];
    return mark === undefined ? this.#state?.checkpoint : (mark ?? undefined);
  }

  /** The last one that is old enough, and all that are younger. */
  #marksWith(checkpoint: Checkpoint | undefined, now: number): RelayState['marks'] {
    const before = this.#state?.marks ?? [[this.#state?.checkpoint ?? null, now]];
    const since = now - this.#input.settings.lookBackMs;
    const oldest = Math.max(
      0,
      before.findLastIndex(([, at]) => at <= since),
    );
    const kept = before.slice(oldest).slice(-MOST_MARKS);
    return [...kept, [checkpoint ?? null, now]];
  }
}

/** Marks are for looking back some time, not for a history: a sweep every second that looks back an hour keeps these. */
const MOST_MARKS = 100;

const NOTHING: RelayCounts = { read: 0, published: 0, healed: 0, refused: 0 };
