import { UNPUBLISHED_KEPT_MS, UNPUBLISHED_LOOK_MS } from '../common/defaults.ts';
import type { AggregateOutcome, PublishEventsInput } from '../common/protocol/activities.ts';

/** Whose events a publish activity has. */
export interface AttemptRef {
  readonly workflowId: string;
  readonly activityId: string;
}

interface Attempted {
  readonly workflowId: string;
  /** Accepted events of its publisher, these and those that wait. */
  readonly events: number;
  /** When the first of them was handed over; undefined: not known. */
  readonly oldestAt: number | undefined;
  readonly seenAt: number;
}

/**
 * Which accepted events this worker tries to publish. Between two attempts Temporal has them, and may give the next one to another worker: what is not seen
 * again is forgotten.
 */
export class UnpublishedEvents {
  readonly #tell: (count: number, oldestSeconds: number) => void;
  readonly #attempted = new Map<string, Attempted>();
  #timer: NodeJS.Timeout | undefined;

  /** `tell` is told some times a minute while there are any, and once when there are none any more. */
  constructor(tell: (count: number, oldestSeconds: number) => void) {
    this.#tell = tell;
  }

  begin({ workflowId, activityId }: AttemptRef, { aggregates, waiting = 0 }: PublishEventsInput): void {
    const entries = aggregates.flatMap((aggregate) => aggregate.entries);
    const times = entries.flatMap(({ handedOverAt }) => handedOverAt ?? []);
    this.#attempted.set(`${workflowId} ${activityId}`, {
      workflowId,
      events: entries.length + waiting,
      oldestAt: times.length > 0 ? Math.min(...times) : undefined,
      seenAt: Date.now(),
    });
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#look(), UNPUBLISHED_LOOK_MS);
    this.#timer.unref();
  }

  /** What is not published is tried again, but for what parks: that is not this worker's business any more. */
  end({ workflowId, activityId }: AttemptRef, outcomes: readonly AggregateOutcome[]): void {
    const isTriedAgain = outcomes.some(({ failure }) => failure !== undefined && failure.kind !== 'event');
    if (!isTriedAgain) this.#attempted.delete(`${workflowId} ${activityId}`);
  }

  #look(): void {
    const now = Date.now();
    for (const [key, { seenAt }] of this.#attempted)
      if (now - seenAt > UNPUBLISHED_KEPT_MS) this.#attempted.delete(key);
    const times = [...this.#attempted.values()].flatMap(({ oldestAt }) => oldestAt ?? []);
    this.#tell(this.#count(), times.length > 0 ? Math.max(0, now - Math.min(...times)) / 1_000 : 0);
    if (this.#attempted.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Each of a publisher's attempts says all that it has: it is counted once. */
  #count(): number {
    const byPublisher = new Map<string, number>();
    for (const { workflowId, events } of this.#attempted.values())
      byPublisher.set(workflowId, Math.max(byPublisher.get(workflowId) ?? 0, events));
    return [...byPublisher.values()].reduce((sum, events) => sum + events, 0);
  }
}
