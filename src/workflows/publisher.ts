import {
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  log,
  setCurrentDetails,
  setHandler,
  sleep,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import {
  LINGER_MS,
  MAX_SIGNALS_PER_RUN,
  PAGE_RETRY_DELAY_MS,
  REMEMBER_MS,
  REMEMBER_MSG_IDS,
} from '../common/defaults.ts';
import {
  FAILURE_TYPES,
  LOAD_PAGE_SIGNAL,
  PUBLISH_SIGNAL,
  RETRY_UPDATE,
  STATUS_QUERY,
} from '../common/names.ts';
import type {
  LoadedPage,
  Operator,
  PublishEntry,
  PublisherInput,
  PublisherSettings,
  PublisherStatus,
  PublishRequest,
} from '../common/publisher-protocol.ts';
import { describeStatus } from './describe-status.ts';
import { LingerTimer } from './linger-timer.ts';
import { holdInPage, releasePage } from './pages.ts';
import { PublishAttempt } from './publish-attempt.ts';
import { PublishQueue } from './publish-queue.ts';

const publishSignal = defineSignal<[PublishRequest]>(PUBLISH_SIGNAL);
const loadPageSignal = defineSignal<[LoadedPage]>(LOAD_PAGE_SIGNAL);
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
    setHandler(loadPageSignal, (page) => this.#load(page), {
      description: 'Events come back from a page.',
    });
    setHandler(statusQuery, () => this.#status(), { description: 'What is waiting, published and parked.' });
    setHandler(retryUpdate, (operator: Operator) => this.#retry(operator), {
      description: 'Tries the parked event again. Argument: { actor, reason }.',
      validator: (_operator: Operator) => this.#refuseUnlessParked(),
    });
  }

  async run(): Promise<void> {
    while (!this.#mayClose()) {
      if (this.#queue.mustSpill) await this.#spill();
      else if (this.#mustContinueAsNew()) return this.#continueAsNew();
      else if (this.#queue.isReady) await this.#publish();
      else if (this.#queue.pageToLoad) await this.#askFor(this.#queue.pageToLoad);
      this.#describe();
      await condition(() => this.#hasWork() || this.#mayClose());
    }
    // Nothing may be awaited between the last check and here: a signal that arrives meanwhile makes Temporal refuse the
    // completion and run this again, with the signal delivered.
  }

  /**
   * Publishes the next events. The activity retries for ever, so the wait for it must end when the run has to: it is
   * cancelled then, and awaited, so that the next run starts knowing that no request is in flight.
   */
  async #publish(): Promise<void> {
    const attempt = new PublishAttempt(this.#input, this.#queue.take(Date.now()));
    while (!attempt.isDone && (this.#queue.mustSpill || !this.#mustContinueAsNew())) {
      if (this.#queue.mustSpill) await this.#spill();
      await condition(() => attempt.isDone || this.#queue.mustSpill || this.#mustContinueAsNew());
    }
    this.#queue.settle(await attempt.end(), Date.now());
    this.#linger.touch();
  }

  /** Moves a part of a backlog that is too large for the next run's input into a page. */
  async #spill(): Promise<void> {
    const page = `event-topic-page/${this.#input.topic}/${uuid4()}`;
    const { entries } = this.#queue.beginSpill(page);
    const isHeld = await holdInPage(page, entries);
    this.#queue.endSpill(isHeld);
    if (!isHeld) await sleep(PAGE_RETRY_DELAY_MS);
  }

  async #askFor(page: string): Promise<void> {
    this.#queue.askedForPage(true);
    const isAsked = await releasePage(page);
    if (isAsked) return;
    this.#queue.askedForPage(false);
    await sleep(PAGE_RETRY_DELAY_MS);
  }

  #hasWork(): boolean {
    const { isReady, mustSpill, pageToLoad } = this.#queue;
    return isReady || mustSpill || pageToLoad !== undefined || this.#mustContinueAsNew();
  }

  #accept(entries: readonly PublishEntry[]): void {
    this.#signals += 1;
    const { conflicts } = this.#queue.status();
    this.#queue.accept(entries, Date.now());
    const status = this.#queue.status();
    if (status.conflicts > conflicts) {
      log.warn('A msgId came again with another content, which is not published', { ...status.lastConflict });
    }
    this.#linger.touch();
    this.#describe();
  }

  #load(page: LoadedPage): void {
    this.#signals += 1;
    this.#queue.load(page);
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
