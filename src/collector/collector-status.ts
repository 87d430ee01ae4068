import { COLLECTOR_METRICS } from '../common/telemetry/metrics.ts';
import { measure } from '../common/telemetry/opentelemetry-measure.ts';

/** How a collector is doing: what this process knows. */
export interface CollectorStatus {
  /** `idle`: not started. */
  readonly state: 'idle' | 'running' | 'stopping' | 'stopped';
  /** Since it was started. */
  readonly counts: CollectorCounts;
  /** Messages that this process has now: being handled, waiting for their turn, being deleted. */
  readonly inHand: number;
  /** Aggregates whose event failed, and that are tried again; at most 100. */
  readonly failing: readonly FailingGroup[];
  /** Aggregates that stand at a refused event; at most 100. */
  readonly parked: readonly ParkedGroup[];
  /** What keeps it from receiving, and since when. Absent when it receives. */
  readonly receiving?: { readonly error: string; readonly since: string };
}

export interface CollectorCounts {
  readonly received: number;
  readonly handled: number;
  /** Handled before: the inbox knew them. */
  readonly duplicates: number;
  /** Passed over on purpose. */
  readonly ignored: number;
  /** Kept in the inbox until those before them come. */
  readonly held: number;
  readonly deadLettered: number;
  /** Attempts that failed. */
  readonly failed: number;
}

/** An aggregate, as the queue calls it. */
export interface StandingGroup {
  /** SQS's MessageGroupId: the aggregate id, unless SQS cannot take that. */
  readonly group: string;
  /** SQS's id of the message at which it stands. */
  readonly messageId: string;
  /** Of the event in it, as far as it could be read. */
  readonly topic?: string;
  readonly msgId?: string;
  readonly position?: number;
  /** Of the last attempt: ISO 8601, UTC. */
  readonly at: string;
  readonly reason: string;
}

export interface FailingGroup extends StandingGroup {
  readonly failures: number;
  readonly nextInSeconds: number;
}

export interface ParkedGroup extends StandingGroup {
  readonly code: string;
}

const MOST_LISTED = 100;
// Another process may have got it, and its success is not seen here.
const MAX_KEPT = 1_000;
// How often it may fail to come back here in time, and how long one try may take, until it is taken for another's.
const TRIES_WAITED_FOR = 3;
const SLOW_TRY_SECONDS = 60;
const FORGET_EVERY_MS = 10_000;

type Kept<Group> = Group & { readonly forgottenAt: number };

/** Counts what happens, and remembers which aggregates stand. */
export class CollectorTally {
  readonly #collector: string;
  readonly #counts = {
    received: 0,
    handled: 0,
    duplicates: 0,
    ignored: 0,
    held: 0,
    deadLettered: 0,
    failed: 0,
  };
  readonly #failing = new Map<string, Kept<FailingGroup>>();
  readonly #parked = new Map<string, Kept<ParkedGroup>>();
  #timer: NodeJS.Timeout | undefined;
  #receiving: CollectorStatus['receiving'] | undefined;

  constructor(collector: string) {
    this.#collector = collector;
  }

  count(what: keyof CollectorCounts, by = 1): void {
    this.#counts[what] += by;
  }

  /** True: the group stood before, and goes on. */
  settled(group: string): boolean {
    const isFreed = [this.#failing.delete(group), this.#parked.delete(group)].includes(true);
    if (isFreed) this.#measure();
    return isFreed;
  }

  failing(group: FailingGroup): void {
    this.#parked.delete(group.group);
    this.#keep(this.#failing, group, group.nextInSeconds);
  }

  /** It comes again after that time. True: it did not stand there before. */
  parked(group: ParkedGroup, nextInSeconds: number): boolean {
    const isNew = this.#parked.get(group.group)?.messageId !== group.messageId;
    this.#failing.delete(group.group);
    this.#keep(this.#parked, group, nextInSeconds);
    return isNew;
  }

  /** `error` undefined: it receives. True: that is new. */
  receiving(error: Error | undefined): boolean {
    const isNew = (error === undefined) !== (this.#receiving === undefined);
    this.#receiving = error && {
      error: error.message,
      since: this.#receiving?.since ?? new Date().toISOString(),
    };
    return isNew;
  }

  toStatus(state: CollectorStatus['state'], inHand: number): CollectorStatus {
    return {
      state,
      counts: { ...this.#counts },
      inHand,
      failing: [...this.#failing.values()].slice(-MOST_LISTED).map(toStanding),
      parked: [...this.#parked.values()].slice(-MOST_LISTED).map(toStanding),
      ...(this.#receiving ? { receiving: this.#receiving } : {}),
    };
  }

  #keep<Group extends StandingGroup>(
    groups: Map<string, Kept<Group>>,
    group: Group,
    nextInSeconds: number,
  ): void {
    const forgottenAt = Date.now() + (TRIES_WAITED_FOR * nextInSeconds + SLOW_TRY_SECONDS) * 1_000;
    groups.delete(group.group);
    groups.set(group.group, { ...group, forgottenAt });
    const [oldest] = groups.keys();
    if (groups.size > MAX_KEPT && oldest !== undefined) groups.delete(oldest);
    this.#measure();
    this.#timer ??= setInterval(() => this.#forget(), FORGET_EVERY_MS).unref();
  }

  /** What did not come again here is another process's by now: it is not known how it fares. */
  #forget(): void {
    const now = Date.now();
    for (const groups of [this.#failing, this.#parked])
      for (const [group, { forgottenAt }] of groups) if (forgottenAt <= now) groups.delete(group);
    this.#measure();
    if (this.#failing.size + this.#parked.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #measure(): void {
    const labels = { collector: this.#collector };
    measure(COLLECTOR_METRICS.failing, this.#failing.size, labels);
    measure(COLLECTOR_METRICS.parked, this.#parked.size, labels);
  }
}

function toStanding<Group>({ forgottenAt: _, ...group }: Kept<Group>): Omit<Kept<Group>, 'forgottenAt'> {
  return group;
}
