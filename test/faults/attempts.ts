import { HEARTBEAT_TIMEOUT_MS } from '../../src/common/defaults.ts';
import type { Kill } from './workers.ts';

/** What a worker tells of an activity's attempt that sends events. */
export interface AttemptNews {
  readonly activity: string;
  readonly attempt: number;
  /** `topic/id`. */
  readonly aggregates: readonly string[];
  /** `fails`: Temporal tries again because it was told to. */
  readonly what: 'begins' | 'completes' | 'fails';
}

/** An attempt of a worker that lived on, next to which Temporal began another one. */
export interface GivenUp {
  readonly aggregates: readonly string[];
  readonly from: number;
  /** Neither of the two sends anything later. */
  readonly to: number;
}

interface Attempt extends Pick<AttemptNews, 'aggregates'> {
  readonly worker: string;
  readonly from: number;
  to: number;
  hasFailed: boolean;
}

/**
 * The attempts of all workers. On a busy machine Temporal may miss an attempt's heartbeats for ten seconds, or its result, and begins the next: then two of
 * them send the same events, and SNS drops what it has.
 */
export class Attempts {
  readonly #activities = new Map<string, Attempt[]>();

  add(worker: string, { activity, attempt, aggregates, what }: AttemptNews): void {
    const attempts = this.#activities.get(activity) ?? [];
    this.#activities.set(activity, attempts);
    if (what === 'begins') {
      const to = Number.POSITIVE_INFINITY;
      attempts[attempt] = { worker, aggregates, from: Date.now(), to, hasFailed: false };
    } else {
      Object.assign(attempts[attempt] ?? {}, { to: Date.now(), hasFailed: what === 'fails' });
    }
  }

  /** How many of a worker's attempts have begun and not ended. */
  underWay(worker: string): number {
    const all = [...this.#activities.values()].flat();
    return all.filter((one) => one?.worker === worker && one.to === Number.POSITIVE_INFINITY).length;
  }

  /**
   * Whether an attempt that sends events of the aggregate went on then, of a worker that lived, which Temporal may have given up: it had begun longer ago than
   * heartbeats may stay away. A healthy one ends within seconds.
   */
  isGoingOnGivenUp(aggregate: string, at: number, kills: readonly Kill[]): boolean {
    const all = [...this.#activities.values()].flat();
    return all.some(
      (one) =>
        one?.aggregates.includes(aggregate) &&
        one.from <= at - HEARTBEAT_TIMEOUT_MS &&
        one.to > at &&
        !hasEnded(one, at, kills),
    );
  }

  /** Those that had neither failed nor died when the next one began. */
  givenUp(kills: readonly Kill[]): readonly GivenUp[] {
    return [...this.#activities.values()].flatMap((sparse) => {
      const attempts = sparse.filter((one) => one !== undefined);
      return attempts.flatMap((one, index): GivenUp[] => {
        const next = attempts[index + 1];
        if (next === undefined || hasEnded(one, next.from, kills)) return [];
        return [{ aggregates: one.aggregates, from: one.from, to: Math.max(one.to, next.to) }];
      });
    });
  }
}

function hasEnded({ worker, to, hasFailed }: Attempt, at: number, kills: readonly Kill[]): boolean {
  return (hasFailed && to <= at) || kills.some((kill) => kill.worker === worker && kill.at <= at);
}

/** Whether something that happened to an aggregate in that time happened next to an attempt that was given up. */
export function isNextToGivenUp(
  givenUp: readonly GivenUp[],
  { aggregate, from, to }: { readonly aggregate: string; readonly from: number; readonly to: number },
): boolean {
  return givenUp.some((one) => one.aggregates.includes(aggregate) && one.from <= from && to <= one.to);
}
