import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { activityInfo, Context, heartbeat } from '@temporalio/activity';
import { describe, invalidArgument } from '../common/arguments.ts';
import { ACTIVITY_BUDGET_MS, THROTTLE_PAUSE_MS } from '../common/defaults.ts';
import { PUBLISH_ACTIVITY } from '../common/names.ts';
import type {
  AggregateEntries,
  AggregateOutcome,
  PublishEventsInput,
  PublishEventsResult,
  PublishFailure,
  PublishReceipt,
} from '../common/protocol/activities.ts';
import { Batcher } from './batcher.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { EventPublisher, PublishResult } from './event-publisher.ts';
import { withHeartbeats } from './heartbeats.ts';
import { IncidentLog } from './incident-log.ts';
import { tryAgainFailure, unknownTopicFailure } from './publish-failure.ts';
import { type OnFailure, stopAtFailure, toDeadLetterQueue } from './refused-events.ts';
import { TopicTelemetry } from './topic-telemetry.ts';

/** The activities of the publisher workflow, by name. */
export type PublishActivities = Record<
  typeof PUBLISH_ACTIVITY,
  (input: PublishEventsInput) => Promise<PublishEventsResult>
>;

/** Receipts so far, per aggregate of the input: where a new attempt goes on when this worker dies. */
type Progress = readonly (readonly PublishReceipt[])[];

/** How one topic's events are published. */
export interface PublishOptions {
  /** Whether events of one aggregate may share a batch: see {@link TopicPublisher}. Default: as its publisher says. */
  readonly sameAggregateBatching?: boolean;
  /** Where refused events go, so that their aggregates go on. Default: none, they park. */
  readonly deadLetterQueue?: DeadLetterQueue;
}

/**
 * The publish activity for the topics of a worker. It sends the next event of an aggregate only after SNS has
 * acknowledged the one before, and returns what it achieved. It throws only when it achieved nothing and time or an
 * operator must help; Temporal then tries again, for ever. With `returnFailures` it returns those too.
 */
export function createPublishActivities(
  publishers: ReadonlyMap<string, EventPublisher>,
  options: ReadonlyMap<string, PublishOptions> = new Map(),
): PublishActivities {
  if (!(publishers instanceof Map))
    throw invalidArgument('createPublishActivities(publishers)', [
      `publishers is a Map by topic name, not ${describe(publishers)}`,
    ]);
  return publishActivities(createTopics(publishers, options));
}

/** A worker's topics. What else sends events of a topic does so through the same one: at most one request per aggregate is under way. */
export function createTopics(
  publishers: ReadonlyMap<string, EventPublisher>,
  options: ReadonlyMap<string, PublishOptions>,
): ReadonlyMap<string, Topic> {
  return new Map(
    [...publishers].map(([topic, publisher]) => [topic, createTopic(topic, publisher, options.get(topic))]),
  );
}

export function publishActivities(topics: ReadonlyMap<string, Topic>): PublishActivities {
  return {
    [PUBLISH_ACTIVITY]: async (input) => {
      const topic = topics.get(input.topic);
      if (topic === undefined) throw unknownTopicFailure(input.topic, [...topics.keys()]);
      const outcomes = await publishMeasured(topic, input);
      if (!Context.current().cancellationSignal.aborted) topic.incidents.observe(outcomes);
      throwIfNothingAchieved(input, outcomes, topic.publisher);
      return { outcomes };
    },
  };
}

/** A topic in this worker. */
export interface Topic {
  readonly publisher: EventPublisher;
  readonly batcher: Batcher;
  readonly onFailure: OnFailure;
  readonly incidents: IncidentLog;
  readonly telemetry: TopicTelemetry;
}

function createTopic(
  topic: string,
  publisher: EventPublisher,
  { sameAggregateBatching = publisher.sameAggregateBatching ?? false, deadLetterQueue }: PublishOptions = {},
): Topic {
  const telemetry = new TopicTelemetry(topic);
  return {
    publisher,
    telemetry,
    batcher: new Batcher(topic, publisher, { sameAggregateBatching, telemetry }),
    onFailure: deadLetterQueue ? toDeadLetterQueue(topic, deadLetterQueue) : stopAtFailure,
    incidents: new IncidentLog(topic),
  };
}

async function publishMeasured(topic: Topic, input: PublishEventsInput): Promise<AggregateOutcome[]> {
  const { metricMeter, info } = Context.current();
  const attempt = { workflowId: info.workflowExecution?.workflowId ?? '', activityId: info.activityId };
  topic.telemetry.use(metricMeter);
  topic.telemetry.unpublished.begin(attempt, input);
  const outcomes = await publishAggregates(topic, input);
  topic.telemetry.unpublished.end(attempt, outcomes);
  return outcomes;
}

async function publishAggregates(topic: Topic, input: PublishEventsInput): Promise<AggregateOutcome[]> {
  const resumed: Progress = activityInfo().heartbeatDetails ?? [];
  const receipts = input.aggregates.map((_, index) => [...(resumed[index] ?? [])]);
  const signal = Context.current().cancellationSignal;
  // Every request that carries one of its events listens to it.
  setMaxListeners(0, signal);
  const deadline = Date.now() + ACTIVITY_BUDGET_MS;
  // Not after each event: the SDK passes few on, but converts the receipts of each.
  return await withHeartbeats(
    () => heartbeat(receipts),
    (lease) => {
      const run: Run = { ...topic, deadline, signal, mayLeave: () => lease.isHeld() };
      return Promise.all(
        input.aggregates.map((aggregate, index) => publishInOrder(run, aggregate, receipts[index] ?? [])),
      );
    },
  );
}

interface Run extends Pick<Topic, 'batcher' | 'onFailure' | 'telemetry'> {
  readonly deadline: number;
  readonly signal: AbortSignal;
  /** False when Temporal may have given this attempt up. */
  mayLeave(): boolean;
}

/** Publishes the entries that have no receipt yet, in order, and adds their receipts to `receipts`. */
async function publishInOrder(
  run: Run,
  { id, entries }: AggregateEntries,
  receipts: PublishReceipt[],
): Promise<AggregateOutcome> {
  const mayGoOn = (): boolean => !run.signal.aborted && Date.now() <= run.deadline;
  while (receipts.length < entries.length && mayGoOn()) {
    const failure = await publishFirst(run, { id, entries: entries.slice(receipts.length) }, receipts);
    if (failure === undefined) continue;
    const isAgain = run.batcher.isTooFast(failure) && (await pauseWithin(run));
    if (!isAgain) return { receipts, failure };
  }
  return { receipts };
}

/** False when there is no time for it, also in hindsight, or the activity is cancelled meanwhile. */
async function pauseWithin({ deadline, signal }: Run): Promise<boolean> {
  const ms = THROTTLE_PAUSE_MS * (1 + 3 * Math.random());
  if (Date.now() + ms > deadline) return false;
  const hasPaused = await sleep(ms, true, { signal }).catch(() => false);
  // A busy process wakes late. What ends here ends with its failure, not as if nothing had been wrong.
  return hasPaused && Date.now() <= deadline;
}

/** Publishes the first entry, or the first few in one request. Returns what stops the aggregate. */
async function publishFirst(
  { batcher, onFailure, telemetry, signal, mayLeave }: Run,
  aggregate: AggregateEntries,
  receipts: PublishReceipt[],
): Promise<PublishFailure | undefined> {
  const results = refusal(aggregate) ?? (await batcher.publish(upToRefused(aggregate), signal, mayLeave));
  for (const [index, entry] of aggregate.entries.entries()) {
    const result = results[index];
    if (result === undefined) break;
    const settled = result.ok ? result : await onFailure(entry, result.failure, signal);
    if (!settled.ok) return settled.failure;
    receipts.push(settled.receipt);
    if (settled.receipt.deadLetter) telemetry.deadLetter(settled.receipt.deadLetter.code);
    // Whatever SNS says of the entries after a failed one, they are sent again: only what comes before is acknowledged.
    if (!result.ok) break;
  }
  return undefined;
}

/** What the topic refuses is not sent. */
function refusal({ entries: [first] }: AggregateEntries): readonly PublishResult[] | undefined {
  return first?.refused && [{ ok: false, failure: { kind: 'event', ...first.refused } }];
}

function upToRefused({ id, entries }: AggregateEntries): AggregateEntries {
  const index = entries.findIndex(({ refused }) => refused);
  return { id, entries: index < 0 ? entries : entries.slice(0, index) };
}

function throwIfNothingAchieved(
  input: PublishEventsInput,
  outcomes: readonly AggregateOutcome[],
  publisher: EventPublisher,
): void {
  if (outcomes.some(({ receipts, failure }) => receipts.length > 0 || failure?.kind === 'event')) return;
  Context.current().cancellationSignal.throwIfAborted();
  if (input.returnFailures) return;
  const failures = outcomes.flatMap(({ failure }) => (failure ? [failure] : []));
  const failure = failures.find(({ kind }) => kind === 'configuration') ?? failures[0];
  if (failure !== undefined) throw tryAgainFailure(failure, input, publisher);
}
