import { activityInfo, Context, heartbeat } from '@temporalio/activity';
import { ACTIVITY_BUDGET_MS, HEARTBEAT_EVERY_MS } from '../common/defaults.ts';
import { PUBLISH_ACTIVITY } from '../common/names.ts';
import type {
  AggregateEntries,
  AggregateOutcome,
  PublishEventsInput,
  PublishEventsResult,
  PublishReceipt,
} from '../common/publisher-protocol.ts';
import { Batcher } from './batcher.ts';
import type { EventPublisher } from './event-publisher.ts';
import { tryAgainFailure, unknownTopicFailure } from './publish-failure.ts';

/** The activities of the publisher workflow, by name. */
export type PublishActivities = Record<
  typeof PUBLISH_ACTIVITY,
  (input: PublishEventsInput) => Promise<PublishEventsResult>
>;

/** Receipts so far, per aggregate of the input: where a new attempt goes on when this worker dies. */
type Progress = readonly (readonly PublishReceipt[])[];

/**
 * The publish activity for the topics of a worker. It sends the next event of an aggregate only after SNS has
 * acknowledged the one before, and returns what it achieved. It throws only when it achieved nothing and time or an
 * operator must help; Temporal then tries again, for ever.
 */
export function createPublishActivities(publishers: ReadonlyMap<string, EventPublisher>): PublishActivities {
  const batchers = new Map(
    [...publishers].map(([topic, publisher]) => [topic, new Batcher(topic, publisher)]),
  );
  return {
    [PUBLISH_ACTIVITY]: async (input) => {
      const publisher = publishers.get(input.topic);
      const batcher = batchers.get(input.topic);
      if (!publisher || !batcher) throw unknownTopicFailure(input.topic, [...publishers.keys()]);
      const outcomes = await publishAggregates(batcher, input);
      throwIfNothingAchieved(input, outcomes, publisher);
      return { outcomes };
    },
  };
}

async function publishAggregates(batcher: Batcher, input: PublishEventsInput): Promise<AggregateOutcome[]> {
  const resumed: Progress = activityInfo().heartbeatDetails ?? [];
  const receipts = input.aggregates.map((_, index) => [...(resumed[index] ?? [])]);
  const run = {
    batcher,
    deadline: Date.now() + ACTIVITY_BUDGET_MS,
    signal: Context.current().cancellationSignal,
    progressed: (): void => heartbeat(receipts),
  };
  // Also while one request takes long: only by heartbeats does an activity learn that it is cancelled.
  const timer = setInterval(run.progressed, HEARTBEAT_EVERY_MS);
  try {
    return await Promise.all(
      input.aggregates.map((aggregate, index) => publishInOrder(run, aggregate, receipts[index] ?? [])),
    );
  } finally {
    clearInterval(timer);
  }
}

interface Run {
  readonly batcher: Batcher;
  readonly deadline: number;
  readonly signal: AbortSignal;
  progressed(): void;
}

/** Publishes the entries that have no receipt yet, one at a time, and adds their receipts to `receipts`. */
async function publishInOrder(
  run: Run,
  { entries }: AggregateEntries,
  receipts: PublishReceipt[],
): Promise<AggregateOutcome> {
  for (const entry of entries.slice(receipts.length)) {
    if (run.signal.aborted || Date.now() > run.deadline) break;
    const result = await run.batcher.publish(entry, run.signal);
    if (!result.ok) return { receipts, failure: result.failure };
    receipts.push(result.receipt);
    run.progressed();
  }
  return { receipts };
}

function throwIfNothingAchieved(
  input: PublishEventsInput,
  outcomes: readonly AggregateOutcome[],
  publisher: EventPublisher,
): void {
  if (outcomes.some(({ receipts, failure }) => receipts.length > 0 || failure?.kind === 'event')) return;
  Context.current().cancellationSignal.throwIfAborted();
  const failures = outcomes.flatMap(({ failure }) => (failure ? [failure] : []));
  const failure = failures.find(({ kind }) => kind === 'configuration') ?? failures[0];
  if (failure !== undefined) throw tryAgainFailure(failure, input, publisher);
}
