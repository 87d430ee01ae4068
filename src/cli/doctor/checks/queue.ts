import { about, type Finding, type Subject } from '../finding.ts';
import { letsTopicSend } from '../policy.ts';
import type { Read } from '../read.ts';
import { type Attributes, isMissing, toSee } from './aws.ts';

export interface QueueFacts {
  readonly arn: string;
  readonly attributes: Read<Attributes>;
  /** Of the queue that its RedrivePolicy names. Absent when there is none, or when it is not known. */
  readonly deadLetters?: QueueFacts;
}

/** A collector's queue, what waits in it, and what was set aside. */
export function checkCollectorQueue(
  topicArn: string,
  { arn, attributes, deadLetters }: QueueFacts,
): readonly Finding[] {
  const queue = about('queue', arn);
  if ('unread' in attributes) return [unread(queue, attributes.unread)];
  const { value } = attributes;
  return [
    ...checkAccess(queue, value, { topicArn, queueArn: arn }),
    ...(topicArn.endsWith('.fifo') && value['FifoQueue'] !== 'true'
      ? [
          queue.warn(
            'It is a standard queue at a FIFO topic: events come in any order, and more than once',
            'Nothing, if that is meant; a FIFO queue keeps the order of each aggregate',
          ),
        ]
      : []),
    depth(queue, value),
    ...(deadLetters ? checkDeadLetterQueue(deadLetters) : [noDeadLetters(queue)]),
  ];
}

/** Events that a collector could not handle. */
export function checkDeadLetterQueue(facts: QueueFacts): readonly Finding[] {
  return deadLetters(facts, {
    fact: 'set aside: their collector has not handled them, and later events of their aggregates may have passed',
    next: `Cure the collector, then: event-topic redrive ${nameOf(facts.arn)}`,
  });
}

/** Events that SNS has refused, of a topic whose worker sends such to a queue (`deadLetterQueueUrl`). */
export function checkRefusedQueue(facts: QueueFacts): readonly Finding[] {
  return deadLetters(facts, {
    fact: 'refused by SNS, and no collector has seen them',
    next: `See why in their attribute refusedReason, publish corrected ones under new msgIds, and delete them: queue ${nameOf(facts.arn)}`,
  });
}

function deadLetters(
  { arn, attributes }: QueueFacts,
  { fact, next }: { readonly fact: string; readonly next: string },
): readonly Finding[] {
  const queue = about('dead letters', arn);
  if ('unread' in attributes) return [unread(queue, attributes.unread)];
  const { waiting, hidden } = counts(attributes.value);
  const count = waiting + hidden;
  if (count === 0) return [queue.ok('None')];
  return [queue.wrong(`${count} ${fact}`, next)];
}

function unread(
  queue: Subject,
  { code, reason }: { readonly code: string; readonly reason: string },
): Finding {
  return isMissing(code)
    ? queue.wrong(
        'There is no such queue: SNS drops what it should get',
        'Deploy the queue again, or remove the subscription',
      )
    : queue.warn(
        `SQS does not tell its attributes: ${reason}`,
        toSee('sqs:GetQueueUrl and sqs:GetQueueAttributes'),
      );
}

function checkAccess(
  queue: Subject,
  { Policy: policy, KmsMasterKeyId: key }: Attributes,
  sending: { readonly topicArn: string; readonly queueArn: string },
): readonly Finding[] {
  const verdict = letsTopicSend(policy, sending);
  const access = {
    yes: () => queue.ok('Its policy lets the topic send'),
    no: () =>
      queue.wrong(
        `Its policy does not let ${sending.topicArn} send: SNS drops every event, and tells nobody`,
        'Allow sqs:SendMessage to sns.amazonaws.com where aws:SourceArn is the topic, as the component EventCollector does',
      ),
    unsure: () =>
      queue.warn(
        'Whether its policy lets the topic send hangs on a condition that doctor cannot decide',
        'Publish an event, and see that it comes: event-topic tail',
      ),
  }[verdict]();
  // AWS: the policy of this key cannot be changed, and it does not let SNS in.
  if (key !== 'alias/aws/sqs') return [access];
  return [
    access,
    queue.wrong(
      'It is encrypted with alias/aws/sqs, which SNS may not use: SNS drops every event',
      "Use SQS's own encryption (SqsManagedSseEnabled), or a customer key whose policy lets sns.amazonaws.com use it",
    ),
  ];
}

function depth(queue: Subject, attributes: Attributes): Finding {
  const { waiting, hidden } = counts(attributes);
  const handled = hidden > 0 ? `, ${hidden} are being handled, or failed and wait to be tried again` : '';
  const fact = `${waiting} events wait${handled}`;
  if (waiting + hidden < MANY) return queue.ok(fact);
  return queue.warn(
    `${fact}. How long, SQS tells only CloudWatch: ApproximateAgeOfOldestMessage`,
    'See that its collector runs and keeps up',
  );
}

/** More than a collector has in hand at a time. */
const MANY = 1_000;

function counts(attributes: Attributes): { readonly waiting: number; readonly hidden: number } {
  const count = (name: string): number => Number(attributes[name] ?? 0);
  return {
    waiting: count('ApproximateNumberOfMessages') + count('ApproximateNumberOfMessagesDelayed'),
    hidden: count('ApproximateNumberOfMessagesNotVisible'),
  };
}

function noDeadLetters(queue: Subject): Finding {
  return queue.warn(
    'It has no dead-letter queue: an event that its collector cannot handle comes again until it expires',
    'Give it a RedrivePolicy, as the component EventCollector does',
  );
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
