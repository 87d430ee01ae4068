import type { EventMessageOf, EventTopicDefinition } from '../../event-topic.ts';
import { toHandlingSpec } from '../handling-options.ts';
import { loggerOf } from '../logger.ts';
import { type AnyTailOptions, checkTail, type TailOptions } from './tail-options.ts';
import { TailQueue } from './tail-queue.ts';
import { TailRun } from './tail-run.ts';
import type { Tailed } from './tailed.ts';

const RETENTION_SECONDS = 300;

/**
 * Shows the events of a topic as they are published, and what is published there besides, with the reason why it is no event. For people and scripts: an event that is shown is gone, and nothing
 * tries it again.
 *
 * With the first event that is asked for, it makes a queue and subscribes it to the topic; when the loop is left, by whatever, or the signal aborts, it removes both, which takes about two
 * seconds. A process that is killed leaves them, at no cost but the topic's deliveries: see {@link removeLeftTails}.
 *
 * SNS gives what is published once the subscription is there, and nothing from before: `onSubscribed` says when.
 *
 * ```ts
 * for await (const tailed of tail(Customer, { topicArn, sns, sqs, ids: ['C-1'] }))
 *   console.log(tailed.ok ? tailed.message : `${tailed.code}: ${tailed.reason}`);
 * ```
 *
 * Throws `INVALID_ARGUMENT` or `INVALID_COLLECTOR` when it is called wrongly. The loop throws `COLLECTOR_TOOL_FAILED` when the queue cannot be made, or not be removed: the error says what is left, and how to remove it.
 */
export function tail<const Topic extends EventTopicDefinition>(
  topic: Topic,
  options: TailOptions<Topic>,
): AsyncGenerator<Tailed<EventMessageOf<Topic>>, void, undefined> {
  checkTail(topic, options);
  const untyped = options as unknown as AnyTailOptions;
  const { sns, sqs, topicArn, eventTypes, ids, filter, upcasters, claimCheck, claimCheckBuckets } = untyped;
  const { retentionSeconds = RETENTION_SECONDS } = untyped;
  const handling = {
    topics: [topic],
    handle: async () => undefined,
    ...(upcasters ? { upcasters: { [topic.name]: upcasters } } : {}),
    ...(claimCheck ? { claimCheck } : {}),
    ...(claimCheckBuckets ? { claimCheckBuckets } : {}),
  };
  const run = new TailRun({
    options: untyped,
    queue: new TailQueue({ sns, sqs, topicArn, retentionSeconds, eventTypes }),
    decode: toHandlingSpec(handling, topic.name),
    selection: { ids: ids && new Set(ids), eventTypes: eventTypes && new Set(eventTypes), filter },
    logger: loggerOf(untyped),
  });
  return run.events() as AsyncGenerator<Tailed<EventMessageOf<Topic>>, void, undefined>;
}
