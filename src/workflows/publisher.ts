import {
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  HEARTBEAT_TIMEOUT_MS,
  LINGER_MS,
  MAX_SIGNALS_PER_RUN,
  REMEMBER_MS,
  REMEMBER_MSG_IDS,
  RETRY_FIRST_DELAY_MS,
  RETRY_MAX_DELAY_MS,
  START_TO_CLOSE_MS,
} from '../common/defaults.ts';
import {
  FAILURE_TYPES,
  PUBLISH_ACTIVITY,
  PUBLISH_SIGNAL,
  RETRY_UPDATE,
  STATUS_QUERY,
} from '../common/names.ts';
import type {
  AggregateOutcome,
  Operator,
  PublishEntry,
  PublishEventsInput,
  PublishEventsResult,
  PublisherInput,
  PublisherSettings,
  PublisherStatus,
  PublishRequest,
} from '../common/publisher-protocol.ts';
import { describeStatus } from './describe-status.ts';
import { LingerTimer } from './linger-timer.ts';
import { PublishQueue } from './publish-queue.ts';

const publishSignal = defineSignal<[PublishRequest]>(PUBLISH_SIGNAL);
const statusQuery = defineQuery<PublisherStatus>(STATUS_QUERY);
const retryUpdate = defineUpdate<PublisherStatus, [Operator]>(RETRY_UPDATE);

const DEFAULT_SETTINGS: PublisherSettings = {
  lingerMs: LINGER_MS,
  rememberMsgIds: REMEMBER_MSG_IDS,
  rememberMs: REMEMBER_MS,
  maxSignalsPerRun: MAX_SIGNALS_PER_RUN,
};

/**
 * The publisher workflow: takes in the events of one aggregate by signal, and publishes them one after the other for as
 * long as that takes. It closes when it has been idle for the linger time.
 *
 * Requests to cancel it are not obeyed: a cancelled publisher would lose what it has accepted.
 */
export async function eventTopicPublisher(input: PublisherInput): Promise<void> {
  await CancellationScope.nonCancellable(() => new Publisher(input).run());
}

class Publisher {
  readonly #input: PublisherInput;
  readonly #settings: PublisherSettings;
  readonly #queue: PublishQueue;
  readonly #linger: LingerTimer;
  #signals = 0;

  // Handlers are set before anything is awaited: the signal that started the run is already there.
  constructor(input: PublisherInput) {
    this.#input = input;
    this.#settings = { ...DEFAULT_SETTINGS, ...input.settings };
    this.#queue = new PublishQueue(this.#settings, input.state);
    this.#linger = new LingerTimer(this.#settings.lingerMs);
    this.#linger.touch();
    setHandler(publishSignal, ({ entries }) => this.#accept(entries), {
      description: 'Accepts events, in order.',
    });
    setHandler(statusQuery, () => this.#status(), { description: 'What is waiting, published and parked.' });
    setHandler(retryUpdate, (operator: Operator) => this.#retry(operator), {
      description: 'Tries the parked event again. Argument: { actor, reason }.',
      validator: (_operator: Operator) => this.#refuseUnlessParked(),
    });
  }

  async run(): Promise<void> {
    while (!this.#mayClose()) {
      if (this.#mustContinueAsNew()) return this.#continueAsNew();
      if (this.#queue.isReady) await this.#publish();
      this.#describe();
      await condition(() => this.#queue.isReady || this.#mustContinueAsNew() || this.#mayClose());
    }
    // Nothing may be awaited between the last check and here: a signal that arrives meanwhile makes Temporal refuse the
    // completion and run this again, with the signal delivered.
  }

  /**
   * Publishes the next events. The activity retries for ever, so the wait for it must end when the run has to: it is
   * cancelled then, and awaited, so that the next run starts knowing that no request is in flight.
   */
  async #publish(): Promise<void> {
    const attempt = new PublishAttempt(this.#input, this.#queue.take());
    await condition(() => attempt.isDone || this.#mustContinueAsNew());
    this.#queue.settle(await attempt.end(), Date.now());
    this.#linger.touch();
  }

  #accept(entries: readonly PublishEntry[]): void {
    this.#signals += 1;
    this.#queue.accept(entries, Date.now());
    this.#linger.touch();
    this.#describe();
  }

  #retry({ actor, reason }: Operator): PublisherStatus {
    log.info('Parked event is tried again', { msgId: this.#queue.parked?.msgId, actor, reason });
    this.#queue.retry();
    return this.#status();
  }

  #refuseUnlessParked(): void {
    if (this.#queue.parked) return;
    const message = 'No event of this aggregate is parked';
    throw ApplicationFailure.create({ type: FAILURE_TYPES.refused, message, nonRetryable: true });
  }

  #mayClose(): boolean {
    return this.#queue.isEmpty && this.#linger.elapsed;
  }

  // Temporal suggests it by events and bytes of history, but does not count signals.
  #mustContinueAsNew(): boolean {
    return this.#signals >= this.#settings.maxSignalsPerRun || workflowInfo().continueAsNewSuggested;
  }

  #continueAsNew(): Promise<never> {
    return continueAsNew<typeof eventTopicPublisher>({ ...this.#input, state: this.#queue.snapshot() });
  }

  #status(): PublisherStatus {
    const { topic, id } = this.#input;
    return { topic, id, ...this.#queue.status() };
  }

  #describe(): void {
    setCurrentDetails(describeStatus(this.#status()));
  }
}

/** One publish activity, and what became of it. */
class PublishAttempt {
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
