import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  log,
  patched,
  setCurrentDetails,
  setHandler,
  sleep,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import {
  GAP_TIMEOUT_MS,
  LINGER_MS,
  MAX_SIGNALS_PER_RUN,
  MAX_UPDATES_PER_RUN,
  PAGE_RETRY_DELAY_MS,
  PARTITION_LIMITS,
  REMEMBER_MS,
  REMEMBER_MSG_IDS,
  SETTLE_MS,
} from '../common/defaults.ts';
import {
  AWAIT_PUBLISHED_UPDATE,
  FAILURE_TYPES,
  LOAD_PAGE_SIGNAL,
  PAUSE_UPDATE,
  PUBLISH_SIGNAL,
  REPLACE_UPDATE,
  RESUME_UPDATE,
  RETRY_UPDATE,
  SKIP_UPDATE,
  STATUS_QUERY,
} from '../common/names.ts';
import type { PublishEntry } from '../common/protocol/entry.ts';
import type { OperationName, OperationRequest } from '../common/protocol/operate.ts';
import type { LoadedPage } from '../common/protocol/pages.ts';
import type { PublisherInput, PublisherSettings, PublishRequest } from '../common/protocol/publish.ts';
import type { AwaitedMessage, AwaitRequest, AwaitResult, Settled } from '../common/protocol/receipts.ts';
import type { PublisherStatus } from '../common/protocol/status.ts';
import { GapRead } from './gap-read.ts';
import { LingerTimer } from './linger-timer.ts';
import { holdInPage, releasePage } from './pages.ts';
import { ParkedMarkers } from './parked-markers.ts';
import { PublishAttempt } from './publish-attempt.ts';
import { describePartition, describeStatus } from './state/describe-status.ts';
import { type Behaviour, Partition } from './state/partition/partition.ts';
import { ReceiptWaits } from './state/receipts/receipt-waits.ts';
import { WakeTimer } from './wake-timer.ts';

const publishSignal = defineSignal<[PublishRequest]>(PUBLISH_SIGNAL);
const loadPageSignal = defineSignal<[LoadedPage]>(LOAD_PAGE_SIGNAL);
const statusQuery = defineQuery<PublisherStatus, [string?]>(STATUS_QUERY);
const awaitUpdate = defineUpdate<AwaitResult, [AwaitRequest]>(AWAIT_PUBLISHED_UPDATE);

const OPERATIONS: readonly (readonly [OperationName, string, string])[] = [
  ['retry', RETRY_UPDATE, 'Tries again what the aggregate is parked at.'],
  ['skip', SKIP_UPDATE, 'Drops what the aggregate is parked at; its later events follow.'],
  ['replace', REPLACE_UPDATE, 'Publishes corrected content in the place of the parked event.'],
  ['pause', PAUSE_UPDATE, 'Stops the aggregate; its events wait.'],
  ['resume', RESUME_UPDATE, 'Lets a paused aggregate go on.'],
];

const DEFAULT_SETTINGS: PublisherSettings = {
  lingerMs: LINGER_MS,
  rememberMsgIds: REMEMBER_MSG_IDS,
  rememberMs: REMEMBER_MS,
  maxSignalsPerRun: MAX_SIGNALS_PER_RUN,
  settleMs: SETTLE_MS,
  gapTimeoutMs: GAP_TIMEOUT_MS,
};

/**
 * The publisher workflow: takes in the events of one aggregate, or of a partition of many, by signal, and publishes those of
 * each aggregate one after the other for as long as that takes. It closes when it has been idle for the linger time.
 *
 * Requests to cancel it are not obeyed: a cancelled publisher would lose what it has accepted.
 */
export async function eventTopicPublisher(input: PublisherInput): Promise<void> {
  await CancellationScope.nonCancellable(() => new Publisher(input).run());
}

class Publisher {
  readonly #input: PublisherInput;
  readonly #settings: PublisherSettings;
  readonly #partition: Partition;
  readonly #linger: LingerTimer;
  readonly #wake = new WakeTimer();
  readonly #markers: ParkedMarkers;
  readonly #attempts = new Set<PublishAttempt>();
  readonly #reads = new Set<GapRead>();
  readonly #waits = new ReceiptWaits();
  #signals = 0;
  #updates = 0;
  // Counts what may settle a message that somebody waits for.
  #turns = 0;
  #isEnding = false;

  // Handlers are set before anything is awaited: the signal that started the run is already there.
  constructor(input: PublisherInput) {
    this.#input = input;
    this.#settings = { ...DEFAULT_SETTINGS, ...input.settings };
    this.#partition = new Partition(input, this.#settings, behaviourOf(input));
    this.#markers = new ParkedMarkers(input.topic, input.markers);
    this.#linger = new LingerTimer(this.#settings.lingerMs);
    this.#linger.touch();
    setHandler(publishSignal, (request) => this.#accept(request), {
      description: 'Accepts events, in order.',
    });
    setHandler(loadPageSignal, (page) => this.#load(page), {
      description: 'Events come back from a page.',
    });
    setHandler(statusQuery, (id) => this.#status(id), {
      description: 'What is waiting, published and parked. Argument, for a partition: an aggregate id.',
    });
    setHandler(awaitUpdate, (request) => this.#awaitPublished(request), {
      description: 'Answers when some of the messages are published, or cannot be.',
    });
    for (const operation of OPERATIONS) this.#handle(operation);
  }

  async run(): Promise<void> {
    while (!this.#mayClose()) {
      this.#settle();
      this.#readGaps();
      this.#markers.sync(this.#partition.parked);
      if (this.#partition.mustSpill) await this.#spill();
      else if (this.#mustContinueAsNew()) {
        if (this.#isQuiet) return this.#continueAsNew();
        await this.#windUp();
      } else if (this.#mayPublish) this.#publish();
      else if (this.#partition.pageToLoad) await this.#askFor(this.#partition.pageToLoad);
      this.#wake.arm(this.#partition.dueAt);
      this.#describe();
      await condition(() => this.#hasWork() || this.#mayClose());
    }
    // Nothing may be awaited between the last check and here: a signal that arrives meanwhile makes Temporal refuse the
    // completion and run this again, with the signal delivered.
  }

  get #isPartition(): boolean {
    return this.#input.id === undefined;
  }

  get #mayPublish(): boolean {
    const most = this.#isPartition ? PARTITION_LIMITS.activities : 1;
    return this.#partition.isReady && this.#attempts.size < most;
  }

  /** Publishes the next events. `settle` takes in what became of them. */
  #publish(): void {
    const aggregates = this.#partition.take(Date.now());
    const how = this.#isPartition ? { returnFailures: true } : {};
    this.#attempts.add(new PublishAttempt({ topic: this.#input.topic, aggregates, ...how }));
  }

  /** Takes in what ended activities achieved. */
  #settle(): void {
    for (const attempt of this.#attempts) {
      const { outcomes } = attempt;
      if (!outcomes) continue;
      this.#attempts.delete(attempt);
      this.#partition.settle(attempt.aggregates, outcomes, Date.now());
      this.#turns += 1;
      this.#linger.touch();
    }
    for (const read of this.#reads) {
      if (!read.isDone) continue;
      this.#reads.delete(read);
      if (read.answer) this.#partition.gapAsked(read.id, read.answer, Date.now());
      else this.#partition.askLater(read.id, Date.now());
      this.#turns += 1;
    }
  }

  /**
   * Ends what is under way, for the run has to end. The activity retries for ever, so it is cancelled, and awaited: the next
   * run must know that no request is in flight.
   */
  async #windUp(): Promise<void> {
    this.#isEnding = true;
    for (const read of this.#reads) read.cancel();
    await Promise.all([...this.#attempts].map((attempt) => attempt.cancel()));
    await condition(
      () =>
        this.#partition.mustSpill ||
        ([...this.#reads].every(({ isDone }) => isDone) && !this.#markers.isBusy && allHandlersFinished()),
    );
  }

  /** Nothing is under way that the next run would have to know of. */
  get #isQuiet(): boolean {
    return (
      this.#attempts.size === 0 && this.#reads.size === 0 && !this.#markers.isBusy && allHandlersFinished()
    );
  }

  #readGaps(): void {
    for (const gap of this.#partition.due(Date.now())) this.#reads.add(new GapRead(this.#input.topic, gap));
  }

  /** Moves a part of a backlog that is too large for the next run's input into a page. */
  async #spill(): Promise<void> {
    const page = `event-topic-page/${this.#input.topic}/${uuid4()}`;
    const { entries } = this.#partition.beginSpill(page);
    const isHeld = await holdInPage(page, entries);
    this.#partition.endSpill(isHeld, Date.now());
    if (!isHeld) await sleep(PAGE_RETRY_DELAY_MS);
  }

  async #askFor(page: string): Promise<void> {
    this.#partition.askedForPage(page, true);
    if (await releasePage(page)) return;
    // Meanwhile the others go on.
    void sleep(PAGE_RETRY_DELAY_MS).then(() => this.#partition.askedForPage(page, false));
  }

  #hasWork(): boolean {
    const { mustSpill, pageToLoad, dueAt } = this.#partition;
    const isEnded = [...this.#attempts, ...this.#reads].some(({ isDone }) => isDone);
    // A timer may run out for what is no longer due, while something later is.
    const isDue = dueAt !== undefined && (dueAt <= Date.now() || !this.#wake.isArmed(dueAt));
    return (
      isEnded ||
      isDue ||
      mustSpill ||
      this.#mayPublish ||
      pageToLoad !== undefined ||
      this.#mustContinueAsNew() ||
      !this.#markers.isInSync(this.#partition.parked)
    );
  }

  #accept({ entries, awaited }: PublishRequest): void {
    this.#signals += 1;
    for (const conflict of this.#partition.accept(entries, Date.now())) {
      log.warn('A message came again with another content, which is not published', { ...conflict });
    }
    if (awaited) this.#waits.join(awaited.waiter, awaitedOf(entries, awaited.msgIds));
    this.#turns += 1;
    this.#linger.touch();
    this.#wake.arm(this.#partition.dueAt);
    this.#describe();
  }

  #load(page: LoadedPage): void {
    this.#signals += 1;
    this.#partition.load(page, Date.now());
    this.#turns += 1;
  }

  #handle([operation, update, description]: (typeof OPERATIONS)[number]): void {
    const definition = defineUpdate<PublisherStatus, [OperationRequest]>(update);
    setHandler(definition, (request: OperationRequest) => this.#operate(operation, request), {
      description: `${description} Argument: { id, actor, reason }.`,
      validator: (request: OperationRequest) => this.#refuse(operation, request),
    });
  }

  async #operate(operation: OperationName, request: OperationRequest): Promise<PublisherStatus> {
    const { id, actor, reason } = request;
    const { parked } = this.#partition.status(id);
    log.info(`An operator does: ${operation}`, { id, msgId: parked?.msgId, actor, reason });
    this.#updates += 1;
    this.#partition.operate({ operation, request }, Date.now());
    this.#turns += 1;
    this.#linger.touch();
    // Who has paused an aggregate relies on it that nothing leaves: neither what was taken, nor what is being tried again.
    if (operation === 'pause') await this.#endAttemptsOf(this.#input.id ?? id);
    return this.#status(id);
  }

  async #endAttemptsOf(id: string | undefined): Promise<void> {
    const ofIt = [...this.#attempts].filter(({ aggregates }) => aggregates.some((one) => one.id === id));
    await Promise.all(ofIt.map((attempt) => attempt.cancel()));
  }

  #refuse(operation: OperationName, request: OperationRequest): void {
    const message =
      this.#isPartition && !request.id
        ? 'Say which aggregate is meant: this publisher serves many'
        : this.#partition.refusal({ operation, request });
    if (message === undefined) return;
    throw ApplicationFailure.create({ type: FAILURE_TYPES.refused, message, nonRetryable: true });
  }

  async #awaitPublished({ waiter, messages }: AwaitRequest): Promise<AwaitResult> {
    this.#updates += 1;
    const wait = this.#waits.begin(waiter, messages);
    let settled: readonly Settled[] = [];
    let seen: number | undefined;
    const isSettled = (): boolean => {
      if (seen === this.#turns) return false;
      seen = this.#turns;
      settled = this.#partition.settledOf([...wait.values()]);
      return settled.length > 0;
    };
    await condition(() => isSettled() || this.#isEnding || this.#waits.isOver(waiter, wait));
    this.#waits.end(waiter, wait);
    return { settled };
  }

  #mayClose(): boolean {
    return (
      this.#linger.elapsed &&
      this.#partition.mayClose &&
      this.#isQuiet &&
      this.#markers.isInSync(this.#partition.parked)
    );
  }

  // Temporal suggests it by events and bytes of history, but does not count signals, nor updates.
  #mustContinueAsNew(): boolean {
    return (
      this.#signals >= this.#settings.maxSignalsPerRun ||
      this.#updates >= MAX_UPDATES_PER_RUN ||
      workflowInfo().continueAsNewSuggested
    );
  }

  #continueAsNew(): Promise<never> {
    const markers = this.#markers.snapshot();
    const { markers: _, ...input } = this.#input;
    return continueAsNew<typeof eventTopicPublisher>({
      ...input,
      state: this.#partition.snapshot(),
      ...(markers.length > 0 ? { markers } : {}),
    });
  }

  #status(id: string | undefined): PublisherStatus {
    const { topic, partition } = this.#input;
    const whole = partition ? { partition: { ...partition, ...this.#partition.totals() } } : {};
    return { topic, id: this.#input.id ?? id ?? '', ...this.#partition.status(id), ...whole };
  }

  #describe(): void {
    const { topic, partition } = this.#input;
    const details = partition
      ? describePartition(topic, { ...partition, ...this.#partition.totals() }, this.#partition.parked)
      : describeStatus(this.#status(undefined));
    setCurrentDetails(details);
  }
}

/**
 * As this release behaves, but in runs of earlier ones. A patch costs an event in the history and is asked for once a run, when it
 * first makes a difference: most runs never have so much to do.
 */
function behaviourOf({ partition }: PublisherInput): Behaviour {
  const { activeChars, formerActiveChars } = PARTITION_LIMITS;
  const isRoomy = partition === undefined || patched('roomy-partitions');
  return {
    activeChars: isRoomy ? activeChars : formerActiveChars,
    mayGrow: once(() => patched('growing-activities')),
    mayGoOn: once(() => patched('go-on-together')),
  };
}

function once<Value>(ask: () => Value): () => Value {
  let answer: { readonly value: Value } | undefined;
  return () => {
    answer ??= { value: ask() };
    return answer.value;
  };
}

function awaitedOf(entries: readonly PublishEntry[], msgIds: readonly string[]): readonly AwaitedMessage[] {
  const awaited = new Set(msgIds);
  return entries
    .map(({ message }) => ({ id: message.id, msgId: message.meta.msgId }))
    .filter(({ msgId }) => awaited.has(msgId));
}
