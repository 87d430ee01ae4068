import type { Tailed } from '../../collector/tools/tailed.ts';
import { loadPeer } from '../../common/load-peer.ts';
import type { EventMessage } from '../../common/message.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { regionOfArn, snsClient, sqsClient } from '../aws/clients.ts';
import { topicArnOf } from '../aws/topic-arn.ts';
import { defineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { topicPositional } from '../options/topic-options.ts';
import { loadSpec } from '../topics/load-spec.ts';
import { checkName } from '../topics/open-topic.ts';

export const tailCommand = defineCommand({
  usage: 'tail <topic>',
  summary: 'Show the events of a topic as they are published, until it is interrupted',
  positionals: topicPositional,
  options: {
    'topic-arn': { type: 'string', describe: 'ARN of the SNS topic. Default: as EVENT_TOPICS has it' },
    id: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Of this aggregate; may be repeated. Default: any',
    },
    'event-type': {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Of this type; may be repeated. Default: any',
    },
    limit: { type: 'number', describe: 'End after so many events. Default: none' },
    spec: {
      type: 'string',
      describe: 'Module that exports the topic, .js or .ts: says which events it would refuse. Default: none',
    },
  },
  examples: [
    [
      'event-topic tail Customer --topic-arn arn:aws:sns:…:CustomerEventTopic.fifo --id C-1',
      'What of C-1 leaves from now on',
    ],
  ],
  faults: ({ limit }) =>
    limit === undefined || (Number.isInteger(limit) && limit >= 1)
      ? []
      : ['--limit is a whole number from 1'],
  endsByItself: true,
  async run(args, context) {
    checkName(args.topic);
    const { id: ids, eventType: eventTypes, limit = Number.POSITIVE_INFINITY } = args;
    const topicArn = topicArnOf(args, context.env);
    const definition =
      args.spec === undefined ? await anyTopic(args.topic) : await loadSpec(args.spec, args.topic);
    const events = await openTail({ definition, topicArn, ids, eventTypes }, context);
    let shown = 0;
    for await (const tailed of events) {
      context.output.item(toItem(tailed), lineOf);
      shown += 1;
      if (shown >= limit) break;
    }
    return undefined;
  },
});

interface TailWish {
  readonly definition: EventTopicDefinition;
  readonly topicArn: string;
  readonly ids?: readonly string[] | undefined;
  readonly eventTypes?: readonly string[] | undefined;
}

async function openTail(
  { definition, topicArn, ids, eventTypes }: TailWish,
  context: CliContext,
): Promise<AsyncGenerator<Tailed, void, undefined>> {
  const { output, signal } = context;
  const { tail } = await loadPeer(
    'sqs-consumer @aws-sdk/client-sqs',
    () => import('../../collector/tools/tail.ts'),
  );
  const region = regionOfArn(topicArn);
  return tail(definition, {
    topicArn,
    sns: await snsClient(region, context),
    sqs: await sqsClient(region, context),
    signal,
    ...(ids ? { ids } : {}),
    ...(eventTypes ? { eventTypes } : {}),
    onSubscribed: () => output.note(`Listening to ${topicArn}; Ctrl-C ends it.`),
    logger: {
      info: (message) => output.note(message),
      warn: (message, { reason }) => output.note(`${message}: ${String(reason)}`),
      error: (message, { reason }) => output.note(`${message}: ${String(reason)}`),
    },
  });
}

async function anyTopic(name: string): Promise<EventTopicDefinition> {
  const { any } = await loadPeer('zod', () => import('zod'));
  const { defineEventTopic } = await import('../../event-topic.ts');
  return defineEventTopic({ name, event: any() });
}

/** JSON line of `tail`. */
export type TailItem =
  | {
      readonly ok: true;
      readonly eventType?: string;
      /** Audience of an event that was sent again. */
      readonly republished?: string;
      readonly message: EventMessage;
    }
  | { readonly ok: false; readonly code: string; readonly reason: string; readonly body: string };

export function toItem(tailed: Tailed): TailItem {
  if (!tailed.ok) return { ok: false, code: tailed.code, reason: tailed.reason, body: tailed.queued.body };
  const { eventType, republished, message } = tailed;
  return { ok: true, ...(eventType ? { eventType } : {}), ...(republished ? { republished } : {}), message };
}

export function lineOf(item: TailItem): string {
  if (!item.ok) return [item.code, item.reason, item.body].join('  ');
  const { id, meta, event, position } = item.message;
  const again = item.republished === undefined ? [] : [`again for ${item.republished}`];
  return [meta.time, id, position ?? '-', meta.msgId, ...again, JSON.stringify(event)].join('  ');
}
