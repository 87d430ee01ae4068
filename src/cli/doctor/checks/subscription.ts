import { about, type Finding, type Subject } from '../finding.ts';
import type { Read } from '../read.ts';
import { type Attributes, toSee } from './aws.ts';
import { checkCollectorQueue, type QueueFacts } from './queue.ts';

export interface SubscriptionFacts {
  /** `PendingConfirmation` until it is confirmed. */
  readonly arn: string;
  readonly protocol: string;
  /** Of SQS: the queue's ARN. */
  readonly endpoint: string;
  readonly attributes: Read<Attributes>;
  /** What SQS says of the queue. Absent for other protocols. */
  readonly queue?: QueueFacts;
}

/** How the queue of every `tail` begins: it is made and removed by that command, and needs neither dead letters nor attention. */
const TAIL_QUEUE = /:event-topic-tail-[0-9a-z-]+(\.fifo)?$/;

/** A subscription, and the queue behind it. */
export function checkSubscription(topicArn: string, facts: SubscriptionFacts): readonly Finding[] {
  const { arn, protocol, endpoint, attributes, queue } = facts;
  const subscription = about('subscription', endpoint);
  if (TAIL_QUEUE.test(endpoint)) return [subscription.ok('Somebody runs event-topic tail')];
  if (arn === 'PendingConfirmation')
    return [
      subscription.wrong(
        'It is not confirmed, and gets nothing',
        "Confirm it, or subscribe with credentials of the queue's account",
      ),
    ];
  if (protocol !== 'sqs') return [subscription.ok(`Delivers by ${protocol}, of which doctor knows no more`)];
  return [
    ...('unread' in attributes
      ? [
          subscription.warn(
            `SNS does not tell its attributes: ${attributes.unread.reason}`,
            toSee('sns:GetSubscriptionAttributes'),
          ),
        ]
      : checkAttributes(subscription, attributes.value)),
    ...(queue === undefined ? [] : checkCollectorQueue(topicArn, queue)),
  ];
}

function checkAttributes(subscription: Subject, attributes: Attributes): readonly Finding[] {
  const {
    RawMessageDelivery: raw,
    FilterPolicy: filter,
    FilterPolicyScope: scope,
    RedrivePolicy: redrive,
  } = attributes;
  const only = filter
    ? `, only what its filter on ${scope === 'MessageBody' ? 'bodies' : 'attributes'} lets through: ${filter}`
    : '';
  return [
    raw === 'true'
      ? subscription.ok(`Delivers raw${only}`)
      : subscription.warn(
          `Delivers in SNS's envelope, not raw${only}: readers other than EventCollector do not find the message, and its attributes, where they look`,
          'Set RawMessageDelivery to true, as the component EventCollector does',
        ),
    ...(redrive
      ? []
      : [
          subscription.warn(
            'It has no dead-letter queue: what SNS cannot deliver is lost, at once when the queue refuses it',
            'Give it a RedrivePolicy, as the component EventCollector does',
          ),
        ]),
  ];
}
