import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  describe,
  hasMethods,
  invalidArgument,
  isRecord,
  type KeysOf,
  optionFaults,
  wholeFaults,
} from '../../common/arguments.ts';
import { COLLECTOR } from '../../common/defaults.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { type QueuedMessage, sentAtOf } from '../decode/queued-message.ts';
import { runLane, toLanes } from '../handling/lane.ts';
import { type MessageOutcome, type ProcessorSpec, processMessage } from '../handling/message-processor.ts';
import {
  HANDLING_KEYS,
  type HandlerOptions,
  type HandlingOptions,
  handlerTimeoutOf,
  handlingFaults,
  toHandlingSpec,
} from '../handling-options.ts';
import { loggerOf, reasonOf } from '../logger.ts';
import { collectorNameOf, isQueueUrl, queueNameIn } from '../queue-names.ts';
import { refuseCollector } from '../refuse-collector.ts';

/** What Lambda gives a function that reads an SQS queue: the part that is read. */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

export interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: {
    readonly MessageGroupId?: string;
    readonly ApproximateReceiveCount: string;
    readonly SentTimestamp?: string;
  };
  readonly messageAttributes: Readonly<Record<string, { readonly stringValue?: string }>>;
  readonly eventSourceARN: string;
}

/** The part of Lambda's context that is read. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Lambda's partial batch response: these come again, the others are deleted. */
export interface SqsBatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

export interface LambdaOptions {
  /** Name under which the inbox remembers. Default: the queue's name without `.fifo`. */
  readonly name?: string;
  /** How many aggregates of a batch are handled at the same time, 1 to 1,000. Default: 10. */
  readonly concurrency?: number;
  /** For Lambda's answer, in milliseconds, 1 to 60,000: handlers are given up that long before the function's time is over. Default: 1,000. */
  readonly marginMs?: number;
  /**
   * Where refused events go, with the reason: an SQS queue, FIFO to keep them in order. The function needs `sqs:SendMessage` on it. Default: nowhere; a refused event comes again, and its aggregate stands, until
   * the queue's `maxReceiveCount`.
   */
  readonly deadLetter?: { readonly queueUrl: string; readonly client: Pick<SQSClient, 'send'> };
}

/** What {@link createSqsEventHandler} is told. */
export type SqsEventHandlerOptions<
  Topics extends readonly EventTopicDefinition[],
  Transaction,
> = LambdaOptions & HandlingOptions<Topics, Transaction> & HandlerOptions<Topics, Transaction>;

type AnyOptions = SqsEventHandlerOptions<readonly EventTopicDefinition[], never>;

const OPTION_KEYS: KeysOf<AnyOptions> = {
  ...HANDLING_KEYS,
  name: true,
  concurrency: true,
  marginMs: true,
  deadLetter: true,
};

const MARGIN_MS = 1_000;

/**
 * A Lambda function that handles the events of an SQS FIFO queue: those of one aggregate one after the other, several aggregates at the same time. After an aggregate's first failure, it and everything behind it
 * are reported failed, so that they come again in order; the other aggregates' events are done.
 *
 * The event source mapping must have `ReportBatchItemFailures`, as the component `EventCollector` sets it: without, Lambda takes the answer for a success and deletes what failed.
 *
 * An event is begun only while `handlerTimeoutMs` of the function's time are left, or half of that time if that is less; the rest of the batch then comes again. Throws `INVALID_COLLECTOR` with every fault of the
 * options; the function does when its queue is not FIFO, and the whole batch comes again.
 */
export function createSqsEventHandler<
  const Topics extends readonly EventTopicDefinition[],
  Transaction = unknown,
>(
  given: SqsEventHandlerOptions<Topics, Transaction>,
): (event: SqsEvent, context: LambdaContext) => Promise<SqsBatchResponse> {
  const options = given as unknown as AnyOptions;
  refuseCollector('The SQS event handler', faultsOf(options));
  return async (event, context) => {
    checkInvocation(event, context);
    const { Records } = event;
    const [first] = Records;
    if (first === undefined) return { batchItemFailures: [] };
    checkQueue(first.eventSourceARN, options.deadLetter?.queueUrl);
    const name = options.name ?? collectorNameOf(first.eventSourceARN);
    return handleBatch({ options, spec: toSpec(options, name), context }, Records);
  };
}

interface Invocation {
  readonly options: AnyOptions;
  readonly spec: ProcessorSpec;
  readonly context: LambdaContext;
}

interface LambdaMessage extends QueuedMessage {
  readonly receiveCount: number;
}

async function handleBatch(invocation: Invocation, records: readonly SqsRecord[]): Promise<SqsBatchResponse> {
  const { options } = invocation;
  const lanes = [...toLanes(records.map(toMessage)).values()];
  const time = new InvocationTime(invocation);
  const failed: LambdaMessage[] = [];
  const workers = Array.from({ length: options.concurrency ?? COLLECTOR.concurrency }, async () => {
    for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift())
      failed.push(...(await handleLane(invocation, lane, time)));
  });
  await Promise.all(workers);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** Resolves with those that come again. */
async function handleLane(
  { spec, options }: Invocation,
  lane: readonly LambdaMessage[],
  time: InvocationTime,
): Promise<readonly LambdaMessage[]> {
  const stop = await runLane(lane, {
    mayBegin: () => time.isEnough(),
    process: (message) =>
      processMessage(spec, message, {
        number: message.receiveCount,
        timeoutMs: () => time.forHandler(),
        mayGoOn: () => time.isEnough(),
      }),
    settled: (message, { refusal, ids }) => {
      if (refusal) tell(options, { spec, message, ids, outcome: { kind: 'deadLettered', refusal } });
    },
  });
  if (stop === undefined) return [];
  const { message, outcome, left } = stop;
  if (outcome.kind !== 'interrupted') tell(options, { spec, message, ids: outcome.ids, outcome });
  return left;
}

/** How much of the function's time a handler may have. */
class InvocationTime {
  readonly #invocation: Invocation;
  readonly #needed: number;

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
    this.#needed = Math.min(handlerTimeoutOf(invocation.options), this.#left() / 2);
  }

  isEnough(): boolean {
    return this.#left() >= this.#needed;
  }

  forHandler(): number {
    return Math.max(1, Math.min(handlerTimeoutOf(this.#invocation.options), this.#left()));
  }

  #left(): number {
    const { context, options } = this.#invocation;
    return context.getRemainingTimeInMillis() - (options.marginMs ?? MARGIN_MS);
  }
}

interface Told {
  readonly spec: ProcessorSpec;
  readonly message: LambdaMessage;
  readonly ids: MessageOutcome['ids'];
  readonly outcome:
    | Exclude<MessageOutcome, { kind: 'settled' | 'interrupted' }>
    | { readonly kind: 'deadLettered'; readonly refusal: { readonly code: string; readonly reason: string } };
}

function tell(options: AnyOptions, { spec, message, ids, outcome }: Told): void {
  const { group, messageId, receiveCount, attributes } = message;
  const logger = loggerOf(options);
  const topic = attributes['aggregate'];
  const facts = { collector: spec.collector, topic, group, messageId, receiveCount, ...ids };
  if (outcome.kind === 'failed') {
    logger.warn('Handling an event failed; its aggregate is tried again', {
      ...facts,
      reason: reasonOf(outcome.error),
    });
    return;
  }
  const { code, reason } = outcome.refusal;
  const what = outcome.kind === 'parked' ? 'its aggregate stands' : 'it is in the dead-letter queue';
  logger.error(`An event was refused; ${what}`, { ...facts, code, reason });
}

function toSpec(options: AnyOptions, name: string): ProcessorSpec {
  const { deadLetter, maxAttempts } = options;
  return {
    ...toHandlingSpec(options, name),
    maxAttempts,
    deadLetter:
      deadLetter &&
      (async (queued, refusal, signal) => {
        const { SqsQueue } = await import('../sqs/sqs-queue.ts');
        const queue = new SqsQueue(deadLetter.client, deadLetter.queueUrl);
        await queue.sendRefused(deadLetter.queueUrl, { queued, refusal }, signal);
      }),
  };
}

function toMessage({ messageId, body, attributes, messageAttributes }: SqsRecord): LambdaMessage {
  const texts = Object.entries(messageAttributes).map(([name, { stringValue = '' }]) => [name, stringValue]);
  return {
    messageId,
    body,
    attributes: Object.fromEntries(texts),
    group: attributes.MessageGroupId ?? messageId,
    receiveCount: Number(attributes.ApproximateReceiveCount),
    ...sentAtOf(attributes.SentTimestamp),
  };
}

function checkInvocation(event: unknown, context: unknown): void {
  const isEvent =
    isRecord(event) &&
    Array.isArray(event['Records']) &&
    event['Records'].every((record) => isRecord(record) && isRecord(record['attributes']));
  const faults = [
    ...(isEvent ? [] : [`the event is that of an SQS queue, with its Records, not ${describe(event)}`]),
    ...(hasMethods(context, ['getRemainingTimeInMillis'])
      ? []
      : [`the context is Lambda's, not ${describe(context)}`]),
  ];
  if (faults.length > 0) throw invalidArgument('The SQS event handler', faults);
}

function checkQueue(arn: string, deadLetterQueueUrl: string | undefined): void {
  const isItself = deadLetterQueueUrl !== undefined && queueNameIn(deadLetterQueueUrl) === queueNameIn(arn);
  refuseCollector('The queue', [
    ...(arn.endsWith('.fifo') ? [] : [`${arn} is not FIFO, and does not keep the order of an aggregate`]),
    ...(isItself ? ['deadLetter.queueUrl is the queue itself'] : []),
  ]);
}

function faultsOf(options: unknown): readonly string[] {
  const shape = optionFaults(options, OPTION_KEYS);
  if (!isRecord(options)) return shape;
  const { name, deadLetter } = options;
  const isDeadLetter =
    deadLetter === undefined ||
    (isRecord(deadLetter) &&
      isQueueUrl(deadLetter['queueUrl']) &&
      hasMethods(deadLetter['client'], ['send']));
  return [
    ...shape,
    ...handlingFaults(options),
    ...(name === undefined || (typeof name === 'string' && name !== '')
      ? []
      : [`name is a text that is not empty, not ${describe(name)}`]),
    ...wholeFaults('concurrency', options['concurrency'], { from: 1, to: 1_000 }),
    ...wholeFaults('marginMs', options['marginMs'], { from: 1, to: 60_000 }),
    ...(isDeadLetter
      ? []
      : [`deadLetter is { queueUrl, client } with an SQSClient, not ${describe(deadLetter)}`]),
  ];
}
