import type { SNSClient } from '@aws-sdk/client-sns';
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
import type { PayloadSource } from '../../common/claim-check.ts';
import type { EventMessageOf, EventTopicDefinition } from '../../event-topic.ts';
import type { Upcasters } from '../decode/upcast.ts';
import { handlingFaults } from '../handling-options.ts';
import type { CollectorLogger } from '../logger.ts';
import { refuseCollector } from '../refuse-collector.ts';
import type { Tailed } from './tailed.ts';
import { clientFaults, functionFaults, signalFaults, textsFaults, topicArnFaults } from './tool-options.ts';

/** What {@link tail} is told. */
export interface TailOptions<Topic extends EventTopicDefinition> {
  /** ARN of the SNS topic. Of a FIFO topic, the events of an aggregate come in their order. */
  readonly topicArn: string;
  /** Client for the topic's region. Needs `sns:Subscribe` and `sns:Unsubscribe`. */
  readonly sns: SNSClient;
  /**
   * Client for the topic's account. Needs `sqs:CreateQueue`, `TagQueue`, `GetQueueAttributes`, `ReceiveMessage`, `DeleteMessage` and `DeleteQueue` on `event-topic-tail-*`.
   */
  readonly sqs: SQSClient;
  /** Ends the tail, and removes its queue at once. Default: none, it ends when the loop is left. */
  readonly signal?: AbortSignal;
  /** Aggregate ids of which events are shown, at least one. Default: all. */
  readonly ids?: readonly string[];
  /**
   * Event types that are shown, 1 to 150, by the attribute `eventType`. SNS then sends no others, nor anything without that attribute. Default: all.
   */
  readonly eventTypes?: readonly string[];
  /** Which of them are shown besides. What it throws ends the tail. Default: all. */
  readonly filter?: (tailed: Tailed<EventMessageOf<Topic>>) => boolean;
  /** Events of older versions, by event type: see `upcast`. Default: none. */
  readonly upcasters?: Upcasters<EventMessageOf<Topic>['event']>;
  /** Reads events whose body is in S3. Default: none; such an event is shown as one that cannot be decoded. */
  readonly claimCheck?: PayloadSource;
  /** Buckets from which bodies are read. Default: the `bucket` of the claim check. */
  readonly claimCheckBuckets?: readonly string[];
  /** How long SQS keeps an event for a loop that is slow, in seconds, 60 to 3,600. Beyond, the loop misses it. Default: 300. */
  readonly retentionSeconds?: number;
  /** Called once events begin to come: before that SNS gives none. Default: none. */
  readonly onSubscribed?: (resources: TailResources) => void;
  /** Where to tell that the queue cannot be received from. Default: the console. */
  readonly logger?: CollectorLogger;
}

/** What a tail makes in the account, and removes. */
export interface TailResources {
  readonly queueUrl: string;
  readonly subscriptionArn: string;
}

export type AnyTailOptions = TailOptions<EventTopicDefinition>;

const KEYS: KeysOf<AnyTailOptions> = {
  topicArn: true,
  sns: true,
  sqs: true,
  signal: true,
  ids: true,
  eventTypes: true,
  filter: true,
  upcasters: true,
  claimCheck: true,
  claimCheckBuckets: true,
  retentionSeconds: true,
  onSubscribed: true,
  logger: true,
};

// SNS: combinations of values in a filter policy.
const MAX_EVENT_TYPES = 150;
const CALL = 'tail(topic, options)';

/** Throws `INVALID_ARGUMENT` for what is no topic or no options, else `INVALID_COLLECTOR` with every fault. */
export function checkTail(topic: unknown, options: unknown): void {
  if (!hasMethods(topic, ['eventType']))
    throw invalidArgument(CALL, [`the topic is what defineEventTopic() gives, not ${describe(topic)}`]);
  if (!isRecord(options)) throw invalidArgument(CALL, optionFaults(options, KEYS));
  const { upcasters, claimCheck, claimCheckBuckets, logger } = options;
  refuseCollector('The tail', [
    ...optionFaults(options, KEYS),
    ...topicArnFaults(options['topicArn']),
    ...clientFaults('sns', 'SNSClient', options['sns']),
    ...clientFaults('sqs', 'SQSClient', options['sqs']),
    ...signalFaults(options['signal']),
    ...textsFaults('ids', options['ids']),
    ...textsFaults('eventTypes', options['eventTypes'], MAX_EVENT_TYPES),
    ...functionFaults('filter', options['filter']),
    ...functionFaults('onSubscribed', options['onSubscribed']),
    ...wholeFaults('retentionSeconds', options['retentionSeconds'], { from: 60, to: 3_600 }),
    ...(upcasters === undefined || isRecord(upcasters)
      ? []
      : [`upcasters is by event type, not ${describe(upcasters)}`]),
    ...handlingFaults({ topics: [topic], handle: () => undefined, claimCheck, claimCheckBuckets, logger }),
  ]);
}
