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
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
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
import type { OperationName, OperationRequest } from '../common/protocol/operate.ts';
import type { PublisherInput } from '../common/protocol/publish.ts';
import type { AwaitRequest, AwaitResult } from '../common/protocol/receipts.ts';
import type { PublisherStatus } from '../common/protocol/status.ts';
import { LingerTimer } from './linger-timer.ts';
import { askForPage, spill } from './pages.ts';
import { ParkedMarkers } from './parked-markers.ts';
import { PublisherMetrics } from './publisher-metrics.ts';
import { RunLength } from './run-length.ts';
import { faultOfAwait, faultOfInput } from './state/inbound.ts';
import { type Arrival, Publisher } from './state/publisher.ts';
import { UnderWay } from './under-way.ts';
import { WakeTimer } from './wake-timer.ts';

// Whatever comes in may have been sent by hand: `Publisher` looks at it first.
const publishSignal = defineSignal<[unknown]>(PUBLISH_SIGNAL);
const loadPageSignal = defineSignal<[unknown]>(LOAD_PAGE_SIGNAL);
const statusQuery = defineQuery<PublisherStatus, [string?]>(STATUS_QUERY);
const awaitUpdate = defineUpdate<AwaitResult, [AwaitRequest]>(AWAIT_PUBLISHED_UPDATE);

const OPERATIONS: readonly (readonly [OperationName, string, string])[] = [
  ['retry', RETRY_UPDATE, 'Tries again what the aggregate is parked at.'],
  ['skip', SKIP_UPDATE, 'Drops what the aggregate is parked at; its later events follow.'],
  ['replace', REPLACE_UPDATE, 'Publishes corrected content in the place of the parked event.'],
  ['pause', PAUSE_UPDATE, 'Stops the aggregate; its events wait.'],
  ['resume', RESUME_UPDATE, 'Lets a paused aggregate go on.'],
];

/**
 * The publisher workflow: takes in the events of one aggregate, or of a partition of many, by signal, and publishes those of
 * each aggregate one after the other for as long as that takes. It closes when it has been idle for the linger time.
 *
 * Requests to cancel it are not obeyed: a cancelled publisher would lose what it has accepted.
 */
export async function eventTopicPublisher(input: PublisherInput): Promise<void> {
  const fault = faultOfInput(input);
  if (fault !== undefined) throw refusal(fault);
  await CancellationScope.nonCancellable(() => new PublisherRun(input).run());
}

/** One run of a publisher: does what the `Publisher` says by Temporal's means, and ends when Temporal wants a new run. */
class PublisherRun {
  readonly #input: PublisherInput;
  readonly #publisher: Publisher;
  readonly #underWay: UnderWay;
  readonly #markers: ParkedMarkers;
  readonly #linger: LingerTimer;
  readonly #wake = new WakeTimer();
  readonly #length: RunLength;
  readonly #metrics: PublisherMetrics;
  #isEnding = false;

  // Handlers are set before anything is awaited: the signal that started the run is already there.
  constructor(input: PublisherInput) {
    this.#input = input;
    this.#publisher = new Publisher(input, Date.now());
    this.#metrics = new PublisherMetrics(input.topic);
    this.#underWay = new UnderWay(this.#publisher, input.topic);
    this.#markers = new ParkedMarkers(input.topic, {
      open: input.markers,
      onParked: ({ code }) => this.#metrics.parked(code),
    });
    this.#length = new RunLength(this.#publisher.settings.maxSignalsPerRun);
    this.#linger = new LingerTimer(() => this.#publisher.closesAt);
    this.#linger.arm();
    setHandler(publishSignal, (signal) => this.#accept(signal), {
      description: 'Accepts events, in order.',
    });
    setHandler(loadPageSignal, (signal) => this.#load(signal), {
      description: 'Events come back from a page.',
    });
    setHandler(statusQuery, (id) => this.#publisher.status(id), {
      description: 'What is waiting, published and parked. Argument, for a partition: an aggregate id.',
    });
    setHandler(awaitUpdate, (request) => this.#awaitPublished(request), {
      description: 'Answers when some of the messages are published, or cannot be.',
      validator: (request) => refuse(faultOfAwait(request)),
    });
    for (const operation of OPERATIONS) this.#handle(operation);
  }

  async run(): Promise<void> {
    while (!this.#mayClose()) {
      this.#settle();
      this.#metrics.gapReads(this.#underWay.readGaps());
      this.#markers.sync(this.#publisher.parked);
      const step = this.#publisher.next();
      if (step?.do === 'spill') await spill(this.#publisher, this.#input.topic);
      else if (this.#length.isReached) {
        if (this.#isQuiet) return this.#continueAsNew();
        await this.#windUp();
      } else if (step?.do === 'publish') this.#underWay.publish();
      else if (step?.do === 'askForPage') await askForPage(this.#publisher, step.page);
      this.#wake.arm(this.#publisher.dueAt);
      this.#describe();
      await condition(() => this.#hasWork() || this.#mayClose());
    }
    // Nothing may be awaited between the last check and here: a signal that arrives meanwhile makes Temporal refuse the
    // completion and run this again, with the signal delivered.
  }

  #settle(): void {
    this.#underWay.settle();
    // Also of events that had waited in a partition's inbox.
    this.#metrics.duplicates(this.#publisher.duplicates);
    this.#linger.arm();
  }

  /** Ends what is under way, for the run has to end. */
  async #windUp(): Promise<void> {
    this.#isEnding = true;
    await this.#underWay.cancel();
    await condition(
      () =>
        this.#publisher.next()?.do === 'spill' ||
        (!this.#underWay.isReading && !this.#markers.isBusy && allHandlersFinished()),
    );
  }

  /** Nothing is under way that the next run would have to know of. */
  get #isQuiet(): boolean {
    return this.#publisher.isQuiet && !this.#markers.isBusy && allHandlersFinished();
  }

  #hasWork(): boolean {
    const { dueAt, parked } = this.#publisher;
    // A timer may run out for what is no longer due, while something later is.
    const isDue = dueAt !== undefined && (dueAt <= Date.now() || !this.#wake.isArmed(dueAt));
    return (
      this.#underWay.hasEnded ||
      isDue ||
      this.#publisher.next() !== undefined ||
      this.#length.isReached ||
      !this.#markers.isInSync(parked)
    );
  }

  #mayClose(): boolean {
    return (
      this.#linger.hasElapsed &&
      this.#publisher.mayClose &&
      this.#isQuiet &&
      this.#markers.isInSync(this.#publisher.parked)
    );
  }

  #continueAsNew(): Promise<never> {
    return continueAsNew<typeof eventTopicPublisher>(this.#publisher.nextInput(this.#markers.snapshot()));
  }

  #accept(signal: unknown): void {
    this.#length.countSignal();
    const { conflicts, faults } = this.#publisher.accept(signal, Date.now());
    for (const conflict of conflicts) {
      log.warn('A message came again with another content, which is not published', { ...conflict });
    }
    this.#metrics.duplicates(this.#publisher.duplicates);
    this.#metrics.conflicts(conflicts.length);
    this.#setAside(faults);
    this.#linger.arm();
    this.#wake.arm(this.#publisher.dueAt);
    this.#describe();
  }

  #load(signal: unknown): void {
    this.#length.countSignal();
    this.#setAside(this.#publisher.load(signal, Date.now()).faults);
  }

  #setAside(faults: Arrival['faults']): void {
    this.#metrics.setAside(faults.length);
    for (const fault of faults) log.warn('A malformed signal, or a part of it, is set aside', { fault });
  }

  #handle([operation, update, description]: (typeof OPERATIONS)[number]): void {
    const definition = defineUpdate<PublisherStatus, [OperationRequest]>(update);
    setHandler(definition, (request: OperationRequest) => this.#operate(operation, request), {
      description: `${description} Argument: { id, actor, reason }.`,
      validator: (request: OperationRequest) => refuse(this.#publisher.refusal(operation, request)),
    });
  }

  async #operate(operation: OperationName, request: OperationRequest): Promise<PublisherStatus> {
    const { id, actor, reason } = request;
    const { parked } = this.#publisher.status(id);
    log.info(`An operator does: ${operation}`, { id, msgId: parked?.msgId, actor, reason });
    this.#length.countUpdate();
    this.#publisher.operate(operation, request, Date.now());
    this.#linger.arm();
    // Who has paused an aggregate relies on it that nothing leaves: neither what was taken, nor what is being tried again.
    if (operation === 'pause') await this.#underWay.cancelOf(this.#input.id ?? id);
    return this.#publisher.status(id);
  }

  async #awaitPublished(request: AwaitRequest): Promise<AwaitResult> {
    this.#length.countUpdate();
    const wait = this.#publisher.waitFor(request);
    await condition(() => wait.isOver || this.#isEnding);
    return { settled: wait.end() };
  }

  #describe(): void {
    setCurrentDetails(this.#publisher.details);
  }
}

function refuse(message: string | undefined): void {
  if (message !== undefined) throw refusal(message);
}

function refusal(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: FAILURE_TYPES.refused, message, nonRetryable: true });
}
