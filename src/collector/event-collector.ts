import { describe, invalidArgument, isRecord } from '../common/arguments.ts';
import { COLLECTOR } from '../common/defaults.ts';
import { EventTopicError } from '../common/errors.ts';
import type { Operator } from '../common/protocol/operate.ts';
import type { EventTopicDefinition } from '../event-topic.ts';
import {
  type AnyCollectorOptions,
  checkCollectorOptions,
  type EventCollectorOptions,
  visibilityFaults,
} from './collector-options.ts';
import { CollectorRun } from './collector-run.ts';
import { type CollectorStatus, CollectorTally } from './collector-status.ts';
import type { ProcessorSpec } from './handling/message-processor.ts';
import { type SkippedEvent, skipEvent } from './handling/skip-event.ts';
import { handlerTimeoutOf, toHandlingSpec } from './handling-options.ts';
import { type CollectorLogger, loggerOf, reasonOf } from './logger.ts';
import { collectorNameOf } from './queue-names.ts';
import { refuseCollector } from './refuse-collector.ts';
import type { Polling } from './sqs/polling.ts';
import type { QueueFacts, SqsQueue } from './sqs/sqs-queue.ts';

/**
 * Reads a queue and hands its events to their handlers: those of one aggregate one after the other and in order, several aggregates at the same time. What fails stops its aggregate and is
 * tried again; the others go on. With an inbox, each event has its effects once.
 *
 * Needs `@aws-sdk/client-sqs` and `sqs-consumer`.
 */
export class EventCollector<const Topics extends readonly EventTopicDefinition[], Transaction = unknown> {
  /** Name under which the inbox remembers. */
  readonly name: string;
  readonly #options: AnyCollectorOptions;
  readonly #logger: CollectorLogger;
  readonly #tally: CollectorTally;
  #state: CollectorStatus['state'] = 'idle';
  #run: CollectorRun | undefined;
  #processing: ProcessorSpec | undefined;
  #polling: readonly Polling[] = [];
  #starting: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;
  readonly #onAbort = (): void => void this.stop();

  /** Throws `INVALID_COLLECTOR` with every fault that can be seen without asking SQS. */
  constructor(options: EventCollectorOptions<Topics, Transaction>) {
    checkCollectorOptions(options as unknown as AnyCollectorOptions);
    this.#options = options as unknown as AnyCollectorOptions;
    this.#logger = loggerOf(options);
    this.name = options.name ?? collectorNameOf(options.queueUrl);
    this.#tally = new CollectorTally(this.name);
  }

  /**
   * Looks at the queue, then begins to receive. Throws `INVALID_COLLECTOR` when the queue cannot be read, is not FIFO, or hides messages for a shorter time than a handler may take.
   */
  async start(): Promise<void> {
    if (this.#state !== 'idle')
      refuseCollector('The call', [`start() was called before; the collector is ${this.#state}`]);
    this.#state = 'running';
    this.#starting = this.#begin();
    try {
      await this.#starting;
    } catch (error) {
      this.#state = this.#stopped ? 'stopped' : 'idle';
      throw error;
    }
    const { signal } = this.#options;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (signal?.aborted) await this.stop();
  }

  /** Finishes the events that are being handled, deletes what is handled, and gives the rest back. May be called again, and waits then as well. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#end();
    await this.#stopped;
  }

  /**
   * Lets an aggregate go on without an event that will not come, or is not wanted: one that `inbox.held()` names as expected. Those that waited behind it are handled. Who and why is logged. Throws
   * `OPERATION_REFUSED` when the aggregate does not wait for it, or the collector is not running.
   */
  async skip(event: SkippedEvent, by: Operator): Promise<void> {
    const spec = this.#processing;
    checkSkip(event, by);
    if (spec === undefined || this.#state !== 'running')
      throw new EventTopicError('OPERATION_REFUSED', `The collector is ${this.#state}`, {
        details: { collector: this.name },
        action: 'Start it first',
      });
    const { isSkipped, trouble } = await skipEvent(spec, event, handlerTimeoutOf(this.#options));
    const what = isSkipped ? 'An event was skipped' : 'An event that was there was not skipped, but handled';
    const reason = trouble === undefined ? {} : { trouble: reasonOf(trouble) };
    this.#logger.warn(what, { collector: this.name, ...event, ...by, ...reason });
  }

  status(): CollectorStatus {
    return this.#tally.toStatus(this.#state, this.#run?.inHand ?? 0);
  }

  async #begin(): Promise<void> {
    const { SqsQueue, Polling } = await loadSqs();
    const { client, queueUrl, pollers = 1, waitSeconds = COLLECTOR.waitSeconds } = this.#options;
    const queue = new SqsQueue(client, queueUrl);
    const visibilitySeconds = this.#checkQueue(await factsOf(queue));
    const spec = this.#spec(queue);
    this.#processing = spec;
    const run = new CollectorRun({
      spec,
      queue,
      settings: this.#settings(visibilitySeconds),
      tally: this.#tally,
      logger: this.#logger,
    });
    this.#run = run;
    const take = run.take.bind(run);
    const onHealth = (error: Error | undefined): void => this.#onHealth(error);
    this.#polling = Array.from(
      { length: pollers },
      () => new Polling({ client, queueUrl, waitSeconds, visibilitySeconds, take, onHealth }),
    );
    for (const polling of this.#polling) polling.start();
  }

  async #end(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    if (this.#run !== undefined) {
      this.#state = 'stopping';
      const run = this.#run.stop();
      await Promise.all(this.#polling.map((polling) => polling.stop()));
      await run;
      // What the last receive brought is given back by now, too.
      await this.#run.stop();
    }
    this.#state = 'stopped';
  }

  #checkQueue({ isFifo, visibilitySeconds }: QueueFacts): number {
    const hidden = this.#options.visibilitySeconds ?? visibilitySeconds;
    const faults = [
      ...(isFifo ? [] : ['the queue is not FIFO, and does not keep the order of an aggregate']),
      ...visibilityFaults(hidden, handlerTimeoutOf(this.#options)),
    ];
    refuseCollector('The queue', faults, this.#options.queueUrl);
    return hidden;
  }

  #spec(queue: SqsQueue): ProcessorSpec {
    const { deadLetterQueueUrl, maxAttempts } = this.#options;
    return {
      ...toHandlingSpec(this.#options, this.name),
      maxAttempts,
      deadLetter:
        deadLetterQueueUrl === undefined
          ? undefined
          : (queued, refusal, signal) => queue.sendRefused(deadLetterQueueUrl, { queued, refusal }, signal),
    };
  }

  #settings(visibilitySeconds: number) {
    const {
      concurrency = COLLECTOR.concurrency,
      retrySeconds,
      parkSeconds = COLLECTOR.parkSeconds,
    } = this.#options;
    return {
      concurrency,
      visibilitySeconds,
      handlerTimeoutMs: handlerTimeoutOf(this.#options),
      retrySeconds: { ...COLLECTOR.retrySeconds, ...retrySeconds },
      parkSeconds,
    };
  }

  #onHealth(error: Error | undefined): void {
    if (!this.#tally.receiving(error)) return;
    const facts = { collector: this.name, queueUrl: this.#options.queueUrl };
    if (error) this.#logger.error('The queue cannot be received from', { ...facts, reason: error.message });
    else this.#logger.info('The queue can be received from again', facts);
  }
}

function checkSkip(event: unknown, by: unknown): void {
  const { topic, id, position } = isRecord(event) ? event : {};
  const { actor, reason } = isRecord(by) ? by : {};
  const texts = Object.entries({ topic, id, actor, reason }).filter(
    ([, value]) => typeof value !== 'string' || value === '',
  );
  const faults = [
    ...texts.map(([name, value]) => `${name} is a text that is not empty, not ${describe(value)}`),
    ...(Number.isInteger(position) && Number(position) >= 1
      ? []
      : [`position is a whole number from 1, not ${describe(position)}`]),
  ];
  if (faults.length > 0) throw invalidArgument('skip({ topic, id, position }, { actor, reason })', faults);
}

async function factsOf(queue: SqsQueue): Promise<QueueFacts> {
  try {
    return await queue.facts();
  } catch (error) {
    refuseCollector('The queue', [`SQS does not tell its attributes: ${reasonOf(error)}`], queue.url);
    throw error;
  }
}

/** Loaded here: who handles events in a Lambda function needs neither. */
async function loadSqs() {
  try {
    const [{ SqsQueue }, { Polling }] = await Promise.all([
      import('./sqs/sqs-queue.ts'),
      import('./sqs/polling.ts'),
    ]);
    return { SqsQueue, Polling };
  } catch (error) {
    refuseCollector('The installation', [
      `npm install @aws-sdk/client-sqs sqs-consumer (${reasonOf(error)})`,
    ]);
    throw error;
  }
}
