import { defineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type ConnectionArgs, connectionOptions } from '../options/connection-options.ts';
import { exitCodeOption } from '../options/exit-code-option.ts';
import { partitionsOption } from '../options/topic-options.ts';
import { aggregateView, isInTrouble } from '../status/aggregate-view.ts';
import { readTopicStatus, readTopics } from '../status/topic-status.ts';
import { topicsView, topicView } from '../status/topic-view.ts';
import { connect } from '../temporal/connect.ts';
import { openTopic } from '../topics/open-topic.ts';
import { noteUnseen } from '../topics/seen-topics.ts';

export const statusCommand = defineCommand({
  usage: 'status [topic] [id]',
  summary: 'Show how an aggregate, a topic, or every topic fares',
  positionals: {
    topic: { type: 'string', describe: 'Name of the topic. Default: every topic that Temporal knows' },
    id: { type: 'string', describe: 'Aggregate id. Default: the topic as a whole' },
  },
  options: {
    ...exitCodeOption('it is parked, paused or retrying (a topic: when anything is parked)'),
    ...partitionsOption,
    ...connectionOptions,
  },
  examples: [
    ['event-topic status', 'Every topic that Temporal knows'],
    ['event-topic status Customer', 'One topic: publishers, partitions, what is parked'],
    ['event-topic status Customer C-1', 'One aggregate: what waits, what is published, why it stands still'],
  ],
  async run(args, context) {
    const { topic, id } = args;
    if (topic === undefined) return allTopics(args, context);
    return id === undefined
      ? oneTopic({ ...args, topic }, context)
      : oneAggregate({ ...args, topic, id }, context);
  },
});

interface StatusArgs extends ConnectionArgs {
  readonly exitCode: boolean;
}

async function allTopics(args: StatusArgs, context: CliContext): Promise<ExitCode> {
  const { client } = await connect(args, context);
  const topics = await readTopics(client);
  context.output.result({ topics }, topicsView);
  return codeOf(
    args,
    topics.some(({ parked }) => parked > 0),
  );
}

async function oneTopic(
  args: StatusArgs & { readonly topic: string },
  context: CliContext,
): Promise<ExitCode> {
  const opened = await openTopic(args, context);
  await noteUnseen(opened.temporal.client, args.topic, context);
  const status = await readTopicStatus(opened);
  context.output.result(status, topicView);
  return codeOf(args, status.parked > 0);
}

async function oneAggregate(
  args: StatusArgs & { readonly topic: string; readonly id: string },
  context: CliContext,
): Promise<ExitCode> {
  const { topic, temporal } = await openTopic(args, context);
  const status = await topic.status(args.id);
  if (status.state === 'unknown') await noteUnseen(temporal.client, args.topic, context);
  context.output.result(status, aggregateView);
  return codeOf(args, isInTrouble(status));
}

function codeOf({ exitCode }: StatusArgs, isWrong: boolean): ExitCode {
  return exitCode && isWrong ? EXIT.wrong : EXIT.ok;
}
