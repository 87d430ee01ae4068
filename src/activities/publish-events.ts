import { activityInfo, Context, heartbeat } from '@temporalio/activity';
import { ACTIVITY_BUDGET_MS, HEARTBEAT_EVERY_MS } from '../common/defaults.ts';
import { PUBLISH_ACTIVITY } from '../common/names.ts';
import type {
  AggregateEntries,
  AggregateOutcome,
  PublishEntry,
  PublishEventsInput,
  PublishEventsResult,
  PublishReceipt,
} from '../common/publisher-protocol.ts';
import { Batcher, firstBatch, NO_RESULT, publisherFailed } from './batcher.ts';
import type { EventPublisher, PublishResult } from './event-publisher.ts';
import { IncidentLog } from './incident-log.ts';
import { tryAgainFailure, unknownTopicFailure } from './publish-failure.ts';

/** The activities of the publisher workflow, by name. */
export type PublishActivities = Record<
  typeof PUBLISH_ACTIVITY,
  (input: PublishEventsInput) => Promise<PublishEventsResult>
>;

/** Receipts so far, per aggregate of the input: where a new attempt goes on when this worker dies. */
type Progress = readonly (readonly PublishReceipt[])[];

export interface PublishActivitiesOptions {
  /** Topics for which events of one aggregate may share a batch: see {@link TopicPublisher}. Default: none. */
  readonly sameAggregateBatching?: ReadonlySet<string>;
}

/**
 * The publish activity for the topics of a worker. It sends the next event of an aggregate only after SNS has
 * acknowledged the one before, and returns what it achieved. It throws only when it achieved nothing and time or an
 * operator must help; Temporal then tries again, for ever.
 */
export function createPublishActivities(
  publishers: ReadonlyMap<string, EventPublisher>,
  { sameAggregateBatching = new Set() }: PublishActivitiesOptions = {},
): PublishActivities {
  const topics = new Map(
    [...publishers].map(([topic, publisher]) => {
      const send = sameAggregateBatching.has(topic)
        ? sendTogether(topic, publisher)
        : sendOne(topic, publisher);
      return [topic, { publisher, send, incidents: new IncidentLog(topic) }];
    }),
  );
  return {
    [PUBLISH_ACTIVITY]: async (input) => {
      const topic = topics.get(input.topic);
      if (topic === undefined) throw unknownTopicFailure(input.topic, [...topics.keys()]);
      const outcomes = await publishAggregates(topic.send, input);
      if (!Context.current().cancellationSignal.aborted) topic.incidents.observe(outcomes);
      throwIfNothingAchieved(input, outcomes, topic.publisher);
      return { outcomes };
    },
  };
}

/** Sends the first, or the first few, of an aggregate's entries, and answers for those that it sent. */
type Send = (entries: readonly PublishEntry[], signal: AbortSignal) => Promise<readonly PublishResult[]>;

function sendOne(topic: string, publisher: EventPublisher): Send {
  const batcher = new Batcher(topic, publisher);
  return async (entries, signal) =>
    Promise.all(entries.slice(0, 1).map((entry) => batcher.publish(entry, signal)));
}

function sendTogether(topic: string, publisher: EventPublisher): Send {
  return async (entries, signal) => {
    try {
      const results = await publisher.publish(topic, firstBatch(topic, entries, publisher), signal);
      return results.length > 0 ? results : [NO_RESULT];
    } catch (error) {
      return [publisherFailed(error)];
    }
  };
}

async function publishAggregates(send: Send, input: PublishEventsInput): Promise<AggregateOutcome[]> {
  const resumed: Progress = activityInfo().heartbeatDetails ?? [];
  const receipts = input.aggregates.map((_, index) => [...(resumed[index] ?? [])]);
  const run = {
    send,
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
  readonly send: Send;
  readonly deadline: number;
  readonly signal: AbortSignal;
  progressed(): void;
}

/** Publishes the entries that have no receipt yet, in order, and adds their receipts to `receipts`. */
async function publishInOrder(
  run: Run,
  { entries }: AggregateEntries,
  receipts: PublishReceipt[],
): Promise<AggregateOutcome> {
  const mayGoOn = (): boolean => !run.signal.aborted && Date.now() <= run.deadline;
  while (receipts.length < entries.length && mayGoOn()) {
    for (const result of await run.send(entries.slice(receipts.length), run.signal)) {
      // Only what comes before the first failure is acknowledged, whatever SNS says of later entries of a batch.
      if (!result.ok) return { receipts, failure: result.failure };
      receipts.push(result.receipt);
    }
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
