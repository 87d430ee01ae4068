import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  choiceFaults,
  describe,
  hasMethods,
  isRecord,
  type KeysOf,
  optionFaults,
  wholeFaults,
} from '../common/arguments.ts';
import { COLLECTOR } from '../common/defaults.ts';
import type { EventTopicDefinition } from '../event-topic.ts';
import {
  HANDLING_KEYS,
  type HandlerOptions,
  type HandlingOptions,
  handlingFaults,
} from './handling-options.ts';
import { isQueueUrl } from './queue-names.ts';
import { refuseCollector } from './refuse-collector.ts';

export interface PollingQueueOptions {
  /** URL of the SQS FIFO queue. */
  readonly queueUrl: string;
  /** Client for the queue's region; its endpoint, credentials and retry settings are used as they are. */
  readonly client: SQSClient;
  /** Name under which the inbox remembers: each read model has its own, also when it changes queues. Default: the queue's name without `.fifo`. */
  readonly name?: string;
  /** How many aggregates are handled at the same time, 1 to 1,000. Default: 10. */
  readonly concurrency?: number;
  /** Receives at the same time, 1 to 10; each brings ten messages at most. Default: 1. */
  readonly pollers?: number;
  /** For how long a receive waits for messages, in seconds, 0 to 20; stopping may take as long. Default: 10. */
  readonly waitSeconds?: number;
  /**
   * For how long a message is hidden from others, in seconds, 1 to 43,200; extended for as long as it is here. After a crash its aggregate stands still for that long. At least 5 s more than
   * `handlerTimeoutMs`. Default: the queue's.
   */
  readonly visibilitySeconds?: number;
  /**
   * What cannot be handled: see `RefusalCode`. `park`: its aggregate stops there, the others go on, and it is looked at again every `parkSeconds`; the queue's `maxReceiveCount` ends that.
   * `deadLetter`: it goes to `deadLetterQueueUrl` with the reason, and the queue goes on; what its aggregate does where an inbox remembers positions, `onGap` says: its later events wait for the redrive, in the
   * inbox, or are handled without it. Default: `park`.
   */
  readonly onRefused?: 'park' | 'deadLetter';
  /** For `onRefused: 'deadLetter'`: URL of the queue, FIFO to keep them in order. The consumer needs `sqs:SendMessage` on it. */
  readonly deadLetterQueueUrl?: string;
  /** Before an aggregate whose event failed is tried again, in seconds: `first` (from 1), doubled by each failure, `most` at most (43,200). Default: 1 and 60. */
  readonly retrySeconds?: { readonly first?: number; readonly most?: number };
  /** Before a parked aggregate is looked at again, in seconds, 1 to 43,200. Default: 900. */
  readonly parkSeconds?: number;
  /** Stops the collector, as `stop()` does. Default: none. */
  readonly signal?: AbortSignal;
}

/** What {@link EventCollector} is told. */
export type EventCollectorOptions<
  Topics extends readonly EventTopicDefinition[],
  Transaction,
> = PollingQueueOptions & HandlingOptions<Topics, Transaction> & HandlerOptions<Topics, Transaction>;

export type AnyCollectorOptions = EventCollectorOptions<readonly EventTopicDefinition[], never>;

const OPTION_KEYS: KeysOf<AnyCollectorOptions> = {
  ...HANDLING_KEYS,
  queueUrl: true,
  client: true,
  name: true,
  concurrency: true,
  pollers: true,
  waitSeconds: true,
  visibilitySeconds: true,
  onRefused: true,
  deadLetterQueueUrl: true,
  retrySeconds: true,
  parkSeconds: true,
  signal: true,
};

const RETRY_KEYS = { first: true, most: true } as const;
// SQS: a message is hidden for 12 hours at most.
const MAX_VISIBILITY_SECONDS = 43_200;

const NUMBERS = {
  concurrency: { from: 1, to: 1_000 },
  pollers: { from: 1, to: 10 },
  waitSeconds: { from: 0, to: 20 },
  visibilitySeconds: { from: 1, to: MAX_VISIBILITY_SECONDS },
  parkSeconds: { from: 1, to: MAX_VISIBILITY_SECONDS },
} as const;

/** Throws `INVALID_COLLECTOR` with every fault that can be seen without asking SQS. */
export function checkCollectorOptions(options: AnyCollectorOptions): void {
  const shape = optionFaults(options, OPTION_KEYS);
  const faults = isRecord(options) ? [...shape, ...queueFaults(options), ...handlingFaults(options)] : shape;
  refuseCollector('The EventCollector', faults, isRecord(options) ? String(options['queueUrl']) : undefined);
}

/** What is wrong with how long messages are hidden. */
export function visibilityFaults(visibilitySeconds: number, handlerTimeoutMs: number): readonly string[] {
  const needed = Math.ceil((handlerTimeoutMs + COLLECTOR.visibilityMarginMs) / 1_000);
  if (visibilitySeconds >= needed) return [];
  return [
    `messages are hidden for ${visibilitySeconds} s only, and with handlerTimeoutMs ${handlerTimeoutMs} it must be ${needed} s: set visibilitySeconds, or the queue's visibility timeout`,
  ];
}

function queueFaults(options: Readonly<Record<string, unknown>>): readonly string[] {
  const { queueUrl, client, name, onRefused, retrySeconds, signal } = options;
  return [
    ...(isQueueUrl(queueUrl) ? [] : [`queueUrl is the URL of an SQS queue, not ${describe(queueUrl)}`]),
    ...(hasMethods(client, ['send']) ? [] : [`client is an SQSClient, not ${describe(client)}`]),
    ...(name === undefined || (typeof name === 'string' && name !== '')
      ? []
      : [`name is a text that is not empty, not ${describe(name)}`]),
    ...Object.entries(NUMBERS).flatMap(([key, range]) => wholeFaults(key, options[key], range)),
    ...choiceFaults('onRefused', onRefused, ['park', 'deadLetter']),
    ...deadLetterFaults(options),
    ...(retrySeconds === undefined ? [] : retryFaults(retrySeconds)),
    ...(signal === undefined || hasMethods(signal, ['addEventListener'])
      ? []
      : [`signal is an AbortSignal, not ${describe(signal)}`]),
  ];
}

function deadLetterFaults({
  onRefused,
  deadLetterQueueUrl: url,
  queueUrl,
}: Readonly<Record<string, unknown>>): readonly string[] {
  if (onRefused !== 'deadLetter')
    return url === undefined ? [] : ["deadLetterQueueUrl is for onRefused: 'deadLetter'"];
  if (!isQueueUrl(url)) return [`deadLetterQueueUrl is the URL of an SQS queue, not ${describe(url)}`];
  return url === queueUrl ? ['deadLetterQueueUrl is the queue itself'] : [];
}

function retryFaults(retrySeconds: unknown): readonly string[] {
  if (!isRecord(retrySeconds)) return optionFaults(retrySeconds, RETRY_KEYS, 'retrySeconds');
  const range = { from: 1, to: MAX_VISIBILITY_SECONDS };
  return [
    ...optionFaults(retrySeconds, RETRY_KEYS, 'retrySeconds'),
    ...wholeFaults('retrySeconds.first', retrySeconds['first'], range),
    ...wholeFaults('retrySeconds.most', retrySeconds['most'], range),
  ];
}
