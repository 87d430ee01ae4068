import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  describe,
  invalidArgument,
  isRecord,
  type KeysOf,
  optionFaults,
  wholeFaults,
} from '../../common/arguments.ts';
import { refuseCollector } from '../refuse-collector.ts';
import type { DeadLetter } from './dead-letter.ts';
import { clientFaults, fifoUrlFaults, functionFaults, signalFaults, textsFaults } from './tool-options.ts';

/** Where dead letters go. */
export type RedriveTarget =
  | {
      /** URL of the collector's queue, FIFO. Needs `sqs:SendMessage` on it. */
      readonly queueUrl: string;
      readonly handle?: never;
    }
  | {
      /**
       * Takes a dead letter in this process, one of an aggregate at a time and up to ten aggregates at once. Rejects when it cannot: the aggregate stops. May get a letter again after a crash.
       */
      readonly handle: (
        letter: DeadLetter,
        context: { readonly signal: AbortSignal },
      ) => Promise<void> | void;
      readonly queueUrl?: never;
    };

/** What {@link redrive} is told. */
export interface RedriveOptions {
  /** URL of the dead-letter queue, FIFO. Needs `sqs:ReceiveMessage`, `DeleteMessage`, `ChangeMessageVisibility` and `GetQueueAttributes` on it. */
  readonly deadLetterQueueUrl: string;
  readonly to: RedriveTarget;
  /** Client for the region of both queues. */
  readonly sqs: SQSClient;
  /** Aggregate ids of which letters are redriven, at least one. Default: all. */
  readonly ids?: readonly string[];
  /**
   * Whether a letter is redriven. An aggregate is left from its first letter that is not: SQS gives none behind it. What it throws ends the redrive. Default: all.
   */
  readonly filter?: (letter: DeadLetter) => boolean;
  /** Letters after which the redrive ends, 1 to 1,000,000. Default: none. */
  readonly limit?: number;
  /**
   * Lists what would be redriven, and sends nothing. SQS shows the first letters of each aggregate only, ten at most; what is listed counts as received once more. Default: false.
   */
  readonly dryRun?: boolean;
  /** Letters a second at most, 1 to 3,000. Default: 100. */
  readonly rate?: number;
  /** Ends the redrive once the letters that are on their way have arrived. Default: none. */
  readonly signal?: AbortSignal;
  /** Called after each letter and each aggregate that stops. What it throws ends the redrive. Default: none. */
  readonly onProgress?: (progress: RedriveProgress) => void;
}

export interface RedriveProgress {
  /** Letters that arrived, and are no longer in the dead-letter queue; of a dry run, those that would. */
  readonly redriven: number;
  /** Aggregates that were stopped. */
  readonly stopped: number;
  /** Aggregates that `ids` or `filter` left out, as far as they were seen. */
  readonly skipped: number;
}

const KEYS: KeysOf<RedriveOptions> = {
  deadLetterQueueUrl: true,
  to: true,
  sqs: true,
  ids: true,
  filter: true,
  limit: true,
  dryRun: true,
  rate: true,
  signal: true,
  onProgress: true,
};

const TARGET_KEYS: KeysOf<RedriveTarget> = { queueUrl: true, handle: true };

/** Throws `INVALID_ARGUMENT` for what are no options, else `INVALID_COLLECTOR` with every fault that can be seen without asking SQS. */
export function checkRedrive(options: unknown): void {
  if (!isRecord(options)) throw invalidArgument('redrive(options)', optionFaults(options, KEYS));
  const { deadLetterQueueUrl, to, dryRun } = options;
  const faults = [
    ...optionFaults(options, KEYS),
    ...fifoUrlFaults('deadLetterQueueUrl', deadLetterQueueUrl),
    ...targetFaults(to, deadLetterQueueUrl),
    ...clientFaults('sqs', 'SQSClient', options['sqs']),
    ...textsFaults('ids', options['ids']),
    ...functionFaults('filter', options['filter']),
    ...wholeFaults('limit', options['limit'], { from: 1, to: 1_000_000 }),
    ...(dryRun === undefined || typeof dryRun === 'boolean'
      ? []
      : [`dryRun is true or false, not ${describe(dryRun)}`]),
    ...wholeFaults('rate', options['rate'], { from: 1, to: 3_000 }),
    ...signalFaults(options['signal']),
    ...functionFaults('onProgress', options['onProgress']),
  ];
  refuseCollector(
    'The redrive',
    faults,
    typeof deadLetterQueueUrl === 'string' ? deadLetterQueueUrl : undefined,
  );
}

function targetFaults(to: unknown, deadLetterQueueUrl: unknown): readonly string[] {
  if (!isRecord(to)) return [`to is { queueUrl } or { handle }, not ${describe(to)}`];
  const { queueUrl, handle } = to;
  const isBoth = queueUrl !== undefined && handle !== undefined;
  const isSame = queueUrl !== undefined && queueUrl === deadLetterQueueUrl;
  return [
    ...optionFaults(to, TARGET_KEYS, 'to'),
    ...(isBoth ? ['to has queueUrl and handle; give one of them'] : []),
    ...(isSame ? ['to.queueUrl is the dead-letter queue itself'] : []),
    ...functionFaults('to.handle', handle),
    ...(handle === undefined ? fifoUrlFaults('to.queueUrl', queueUrl) : []),
  ];
}
