import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import {
  HEARTBEAT_TIMEOUT_MS,
  RETRY_FIRST_DELAY_MS,
  RETRY_MAX_DELAY_MS,
  START_TO_CLOSE_MS,
} from '../common/defaults.ts';
import { PUBLISH_ACTIVITY } from '../common/names.ts';
import type {
  AggregateEntries,
  AggregateOutcome,
  PublishEventsInput,
  PublishEventsResult,
} from '../common/protocol/activities.ts';
import { activityNamed } from './activity-named.ts';

/** One publish activity, and what became of it. */
export class PublishAttempt {
  readonly aggregates: readonly AggregateEntries[];
  readonly #scope = new CancellationScope();
  readonly #end: Promise<void>;
  #isCancelled = false;
  #outcomes: readonly AggregateOutcome[] | undefined;

  constructor(input: PublishEventsInput) {
    this.aggregates = input.aggregates;
    this.#end = this.#scope
      .run(() => publishActivity(input)(input))
      .then(
        ({ outcomes }) => this.#settle(outcomes),
        (error) => this.#settle(this.#forAll(this.#isCancelled ? NOTHING_PUBLISHED : unforeseen(error))),
      );
  }

  /** One outcome per aggregate; undefined while the activity runs. */
  get outcomes(): readonly AggregateOutcome[] | undefined {
    return this.#outcomes;
  }

  get isDone(): boolean {
    return this.#outcomes !== undefined;
  }

  /** Cancels the activity if it still runs, and waits until it has ended. */
  async cancel(): Promise<void> {
    this.#isCancelled = !this.isDone;
    if (this.#isCancelled) this.#scope.cancel();
    await this.#end;
  }

  #settle(outcomes: readonly AggregateOutcome[]): void {
    this.#outcomes = outcomes;
  }

  #forAll(outcome: AggregateOutcome): readonly AggregateOutcome[] {
    return this.aggregates.map(() => outcome);
  }
}

function publishActivity({
  aggregates,
}: PublishEventsInput): (input: PublishEventsInput) => Promise<PublishEventsResult> {
  const events = aggregates.reduce((sum, { entries }) => sum + entries.length, 0);
  return activityNamed(PUBLISH_ACTIVITY, {
    startToCloseTimeout: START_TO_CLOSE_MS,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    retry: {
      initialInterval: RETRY_FIRST_DELAY_MS,
      backoffCoefficient: 2,
      maximumInterval: RETRY_MAX_DELAY_MS,
    },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    summary: summarise(events, aggregates.length),
  });
}

function summarise(events: number, aggregates: number): string {
  const what = events === 1 ? 'publish 1 event' : `publish ${events} events`;
  return aggregates === 1 ? what : `${what} of ${aggregates} aggregates`;
}

const NOTHING_PUBLISHED: AggregateOutcome = { receipts: [] };

/** The activity retries for ever, so this is a failure that nobody foresaw: the event waits for an operator. */
function unforeseen(error: unknown): AggregateOutcome {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof ApplicationFailure && cause.type ? cause.type : 'UnexpectedFailure';
  const reason = cause instanceof Error ? cause.message : String(cause);
  return { receipts: [], failure: { kind: 'event', code, reason } };
}
