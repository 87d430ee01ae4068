import type { EventTopic } from '../../client/event-topic.ts';
import { EventTopicError } from '../../common/errors.ts';
import { loadPeer } from '../../common/load-peer.ts';
import { isTopicName, TOPIC_NAME_RULE } from '../../common/topic-name.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import type { CliContext } from '../context.ts';
import type { ConnectionArgs } from '../options/connection-options.ts';
import type { TopicArgs } from '../options/topic-options.ts';
import { connect, type TemporalTarget } from '../temporal/connect.ts';
import { recordedPartitions } from './layout.ts';
import { loadSpec } from './load-spec.ts';
import { recordedOrdering } from './ordering.ts';

/** A topic that a command works with. */
export interface OpenTopic {
  readonly definition: EventTopicDefinition;
  readonly topic: EventTopic<EventTopicDefinition['event']>;
  readonly temporal: TemporalTarget;
  /** False: nobody has said how the topic is ordered, and Temporal does not know. */
  readonly isOrderingKnown: boolean;
}

/** The topic of that name, as its spec defines it; without one, as Temporal has recorded it, and any JSON value is an event of it. */
export async function openTopic(args: TopicArgs & ConnectionArgs, context: CliContext): Promise<OpenTopic> {
  checkName(args.topic);
  const spec = args.spec === undefined ? undefined : await loadSpec(args.spec, args.topic);
  const temporal = await connect(args, context);
  const { client, taskQueue } = temporal;
  const { isOrderingKnown, definition } = spec
    ? { isOrderingKnown: true, definition: spec }
    : await defineByName(args, temporal);
  const { EventTopic } = await import('../../client/event-topic.ts');
  return {
    definition,
    temporal,
    isOrderingKnown,
    topic: new EventTopic(definition, { client, taskQueue, ...limitOf(args) }),
  };
}

async function defineByName(
  args: TopicArgs,
  { client }: TemporalTarget,
): Promise<Pick<OpenTopic, 'definition' | 'isOrderingKnown'>> {
  const { any } = await loadPeer('zod', () => import('zod'));
  const { defineEventTopic } = await import('../../event-topic.ts');
  const partitions = args.partitions ?? (await recordedPartitions(client, args.topic));
  const ordering = args.ordering ?? (await recordedOrdering(client, args.topic));
  const definition = defineEventTopic({
    name: args.topic,
    event: any(),
    ...(ordering === undefined ? {} : { ordering }),
    ...(partitions === undefined ? {} : { partitions }),
  });
  return { definition, isOrderingKnown: ordering !== undefined };
}

function limitOf({ maxMessageBytes }: TopicArgs): { readonly maxMessageBytes?: number } {
  return maxMessageBytes === undefined ? {} : { maxMessageBytes };
}

/** Before it becomes part of a query. */
export function checkName(topic: string): void {
  if (isTopicName(topic)) return;
  throw new EventTopicError('INVALID_TOPIC', `"${topic}" is no name of a topic: it has ${TOPIC_NAME_RULE}`, {
    action: 'Correct the name',
  });
}
