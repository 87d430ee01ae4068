import type { ParkedAggregate } from '../../common/protocol/parked.ts';
import { defineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { type ConnectionArgs, connectionOptions } from '../options/connection-options.ts';
import { exitCodeOption } from '../options/exit-code-option.ts';
import { type TableView, table } from '../output/view.ts';
import { connect } from '../temporal/connect.ts';
import { checkName } from '../topics/open-topic.ts';
import { noteUnseen, seenTopics } from '../topics/seen-topics.ts';

export const parkedCommand = defineCommand({
  usage: 'parked [topic]',
  summary: 'List the aggregates that are parked, the longest parked first',
  positionals: {
    topic: { type: 'string', describe: 'Name of the topic. Default: every topic that Temporal knows' },
  },
  options: { ...exitCodeOption('anything is parked'), ...connectionOptions },
  examples: [
    ['event-topic parked', 'What is parked, and why'],
    ['event-topic parked Customer --json | jq .parked[].id', 'The ids of those of one topic'],
  ],
  async run(args, context) {
    const parked = await readParked(args, context);
    context.output.result({ parked }, parkedTable);
    const [first] = parked;
    if (first)
      context.output.note(
        `Next: event-topic status ${first.topic} ${first.id}; then retry, replace or skip.`,
      );
    return args.exitCode && parked.length > 0 ? EXIT.wrong : undefined;
  },
});

/** For everybody who shows parked aggregates. */
export function parkedTable({ parked }: { readonly parked: readonly ParkedAggregate[] }): TableView {
  return table(
    ['topic', 'id', 'msgId', 'since', 'code', 'reason'],
    parked.map(({ topic, id, msgId, since, code, reason }) => [topic, id, msgId, since, code, reason]),
    'Nothing is parked.',
  );
}

async function readParked(
  args: ConnectionArgs & { readonly topic?: string | undefined },
  context: CliContext,
): Promise<readonly ParkedAggregate[]> {
  if (args.topic !== undefined) checkName(args.topic);
  const { client } = await connect(args, context);
  const { listParked } = await import('../../client/operate/parked.ts');
  const topics = args.topic === undefined ? await seenTopics(client) : [args.topic];
  const parked = await Promise.all(topics.map((topic) => listParked(client, topic)));
  if (args.topic !== undefined && parked.flat().length === 0) await noteUnseen(client, args.topic, context);
  return parked.flat().sort((a, b) => (a.since < b.since ? -1 : 1));
}
