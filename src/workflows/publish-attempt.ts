import { ApplicationFailure, CancellationScope, proxyActivities } from '@temporalio/workflow';
import {
  HEARTBEAT_TIMEOUT_MS,
  RETRY_FIRST_DELAY_MS,
  RETRY_MAX_DELAY_MS,
  START_TO_CLOSE_MS,
} from '../common/defaults.ts';
import { PUBLISH_ACTIVITY } from '../common/names.ts';
import type {
  AggregateOutcome,
  PublishEntry,
  PublishEventsInput,
  PublishEventsResult,
  PublisherInput,
} from '../common/publisher-protocol.ts';

/** One publish activity, and what became of it. */
export class PublishAttempt {
  readonly #scope = new CancellationScope();
  readonly #outcome: Promise<AggregateOutcome>;
  #isCancelled = false;
  isDone = false;

  constructor({ topic, id }: PublisherInput, entries: readonly PublishEntry[]) {
    const publishing = this.#scope.run(() =>
      publishActivity(entries)({ topic, aggregates: [{ id, entries }] }),
    );
    this.#outcome = publishing
      .then(firstOutcome, (error) => (this.#isCancelled ? NOTHING_PUBLISHED : unforeseen(error)))
      .finally(() => {
        this.isDone = true;
      });
  }

  /** Cancels the activity if it still runs, and waits until it has ended. */
  async end(): Promise<AggregateOutcome> {
    this.#isCancelled = !this.isDone;
    if (this.#isCancelled) this.#scope.cancel();
    return this.#outcome;
  }
}

function publishActivity(
  entries: readonly PublishEntry[],
): (input: PublishEventsInput) => Promise<PublishEventsResult> {
  const activities = proxyActivities<
    Record<string, (input: PublishEventsInput) => Promise<PublishEventsResult>>
  >({
    startToCloseTimeout: START_TO_CLOSE_MS,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    retry: {
      initialInterval: RETRY_FIRST_DELAY_MS,
      backoffCoefficient: 2,
      maximumInterval: RETRY_MAX_DELAY_MS,
    },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    summary: entries.length === 1 ? 'publish 1 event' : `publish ${entries.length} events`,
  });
  return activities[PUBLISH_ACTIVITY] as (input: PublishEventsInput) => Promise<PublishEventsResult>;
}

const NOTHING_PUBLISHED: AggregateOutcome = { receipts: [] };

function firstOutcome({ outcomes }: PublishEventsResult): AggregateOutcome {
  return outcomes[0] ?? NOTHING_PUBLISHED;
}

/** The activity retries for ever, so this is a failure that nobody foresaw: the event waits for an operator. */
function unforeseen(error: unknown): AggregateOutcome {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof ApplicationFailure && cause.type ? cause.type : 'UnexpectedFailure';
  const reason = cause instanceof Error ? cause.message : String(cause);
  return { receipts: [], failure: { kind: 'event', code, reason } };
}
