import { COLLECTOR } from '../common/defaults.ts';
import { COLLECTOR_METRICS } from '../common/telemetry/metrics.ts';
import { measure } from '../common/telemetry/opentelemetry-measure.ts';
import type { CollectorTally } from './collector-status.ts';
import { Attempts } from './handling/attempts.ts';
import { type LaneStop, runLane, toLanes } from './handling/lane.ts';
import { type MessageOutcome, type ProcessorSpec, processMessage } from './handling/message-processor.ts';
import { type CollectorLogger, type LogFacts, reasonOf } from './logger.ts';
import { Deletions } from './sqs/deletions.ts';
import type { ReceivedMessage } from './sqs/received-message.ts';
import type { SqsQueue } from './sqs/sqs-queue.ts';
import { Visibility } from './sqs/visibility.ts';

export interface RunSettings {
  readonly concurrency: number;
  readonly visibilitySeconds: number;
  readonly handlerTimeoutMs: number;
  readonly retrySeconds: { readonly first: number; readonly most: number };
  readonly parkSeconds: number;
}

export interface RunParts {
  readonly spec: ProcessorSpec;
  readonly queue: Pick<SqsQueue, 'delete' | 'hide'>;
  readonly settings: RunSettings;
  readonly tally: CollectorTally;
  readonly logger: CollectorLogger;
}

type Stop = LaneStop<ReceivedMessage>;

/** Handles what a queue gives: an aggregate's messages one after the other, several aggregates at the same time. */
export class CollectorRun {
  readonly #parts: RunParts;
  readonly #visibility: Visibility;
  readonly #deletions: Deletions;
  readonly #attempts = new Attempts();
  /** Lanes that run or wait for their turn. */
  #lanes = 0;
  #running = 0;
  #isStopping = false;
  /** Those who wait until a lane has ended. */
  #waiting: (() => void)[] = [];

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#visibility = new Visibility(parts.queue, parts.settings.visibilitySeconds);
    this.#deletions = new Deletions({
      queue: parts.queue,
      ended: (message, error) => this.#deleted(message, error),
    });
  }

  get inHand(): number {
    return this.#visibility.size;
  }

  /** Takes what was received; resolves when there is room for more. */
  async take(messages: readonly ReceivedMessage[]): Promise<void> {
    this.#parts.tally.count('received', messages.length);
    this.#visibility.add(messages);
    this.#measureInHand();
    for (const lane of toLanes(messages).values()) void this.#work(lane);
    await this.#until(() => this.#lanes < this.#parts.settings.concurrency || this.#isStopping);
  }

  /** Begins nothing any more; resolves when what was begun has ended, what is handled is deleted, and the rest is given back. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake();
    await this.#until(() => this.#lanes === 0);
    await this.#deletions.idle();
  }

  async #work(lane: readonly ReceivedMessage[]): Promise<void> {
    this.#lanes += 1;
    // No await between the look and the step: several would go at once.
    while (this.#running >= this.#parts.settings.concurrency) await this.#laneEnds();
    this.#running += 1;
    try {
      const stop = await runLane(lane, {
        mayBegin: (message) => this.#mayBegin(message),
        process: (message) => this.#process(message),
        settled: (message, outcome) => this.#settled(message, outcome),
      });
      if (stop) await this.#stopped(stop);
    } finally {
      this.#running -= 1;
      this.#lanes -= 1;
      this.#wake();
    }
  }

  async #mayBegin(message: ReceivedMessage): Promise<boolean> {
    const { handlerTimeoutMs } = this.#parts.settings;
    const isLent = await this.#visibility.lasts(message, handlerTimeoutMs + COLLECTOR.visibilityMarginMs / 2);
    return isLent && !this.#isStopping;
  }

  #process(message: ReceivedMessage): Promise<MessageOutcome> {
    const number = this.#attempts.failures(message.group, message.messageId) + 1;
    return processMessage(this.#parts.spec, message, {
      number,
      timeoutMs: () => this.#parts.settings.handlerTimeoutMs,
      mayGoOn: () => this.#mayBegin(message),
    });
  }

  #settled(message: ReceivedMessage, outcome: Extract<MessageOutcome, { kind: 'settled' }>): void {
    const { tally, logger } = this.#parts;
    const { how, refusal } = outcome;
    tally.count(how === 'duplicate' ? 'duplicates' : how);
    const goesOn = tally.settled(message.group);
    this.#attempts.settled(message.group);
    this.#deletions.add(message);
    const facts = this.#facts(message, outcome);
    if (goesOn) logger.info('An aggregate that stood goes on', facts);
    if (refusal)
      logger.error('An event was refused and is in the dead-letter queue', { ...facts, ...refusal });
    else if (how === 'held') logger.warn('An event came early and is held until those before it come', facts);
  }

  async #stopped(stop: Stop): Promise<void> {
    await this.#giveBack(stop.left, this.#delayAfter(stop));
  }

  /** Says what happened, and in how many seconds the aggregate is tried again. */
  #delayAfter({ message, outcome }: Stop): number {
    if (outcome.kind === 'interrupted') return 0;
    const { tally, logger, settings } = this.#parts;
    const { group, messageId } = message;
    const standing = { group, messageId, ...outcome.ids, at: new Date().toISOString() };
    const facts = this.#facts(message, outcome);
    if (outcome.kind === 'parked') {
      const { code, reason } = outcome.refusal;
      const isNew = tally.parked({ ...standing, reason, code }, settings.parkSeconds);
      if (isNew) logger.error('An event was refused; its aggregate is parked', { ...facts, code, reason });
      return settings.parkSeconds;
    }
    const failures = this.#attempts.failed(group, messageId);
    const { first, most } = settings.retrySeconds;
    const failure = {
      failures,
      nextInSeconds: Math.min(first * 2 ** Math.min(failures - 1, 20), most),
      reason: reasonOf(outcome.error),
    };
    tally.count('failed');
    tally.failing({ ...standing, ...failure });
    // Once: how often it has failed since stands on the status.
    if (failures === 1)
      logger.warn('Handling an event failed; its aggregate is tried again', { ...facts, ...failure });
    return failure.nextInSeconds;
  }

  /** All of them in one request, so that none is visible before another: they come again in their order. */
  async #giveBack(messages: readonly ReceivedMessage[], seconds: number): Promise<void> {
    this.#visibility.remove(messages);
    this.#measureInHand();
    try {
      await this.#parts.queue.hide(messages, seconds);
    } catch (error) {
      // They become visible by themselves, only later.
      this.#parts.logger.warn('Messages could not be given back', {
        collector: this.#parts.spec.collector,
        messages: messages.length,
        reason: reasonOf(error),
      });
    }
  }

  #deleted(message: ReceivedMessage, error: unknown): void {
    this.#visibility.remove([message]);
    this.#measureInHand();
    if (error === undefined) return;
    this.#parts.logger.warn('A handled event could not be deleted, and comes again', {
      ...this.#facts(message),
      reason: reasonOf(error),
    });
  }

  #facts(message: ReceivedMessage, { ids }: Pick<MessageOutcome, 'ids'> = {}): LogFacts {
    const { group, messageId, attributes } = message;
    return {
      collector: this.#parts.spec.collector,
      topic: attributes['aggregate'],
      group,
      messageId,
      ...ids,
    };
  }

  #measureInHand(): void {
    measure(COLLECTOR_METRICS.inHand, this.inHand, { collector: this.#parts.spec.collector });
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.#laneEnds();
  }

  #laneEnds(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
