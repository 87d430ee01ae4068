import { EventTopicError } from '../../common/errors.ts';
import type { CliContext } from '../context.ts';
import type { ConnectionArgs } from '../options/connection-options.ts';
import type { TopicArgs } from '../options/topic-options.ts';
import { type OpenTopic, openTopic } from '../topics/open-topic.ts';

/**
 * A topic whose publishers answer. Temporal would keep an operation until a worker comes, and the operator would not know whether it is done. Throws
 * `PUBLISHER_NOT_READY`.
 */
export async function openServed(args: TopicArgs & ConnectionArgs, context: CliContext): Promise<OpenTopic> {
  const opened = await openTopic(args, context);
  const { isServed } = await import('../../client/is-served.ts');
  const { client, taskQueue } = opened.temporal;
  if (await isServed(client, taskQueue)) return opened;
  throw new EventTopicError('PUBLISHER_NOT_READY', 'No worker takes tasks of the task queue', {
    details: { topic: args.topic, taskQueue },
  });
}
