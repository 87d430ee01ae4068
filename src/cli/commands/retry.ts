import { defineCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { untilInterrupted } from '../interruption.ts';
import { openServed } from '../operate/open-served.ts';
import { type Retried, retryAll } from '../operate/retry-all.ts';
import { type ParkedFilter, selectParked, timeFaults } from '../operate/select-parked.ts';
import { type ConnectionArgs, connectionOptions } from '../options/connection-options.ts';
import {
  msgIdOption,
  type OperatorArgs,
  operatorOf,
  operatorOptions,
  yesOption,
} from '../options/operator-options.ts';
import { partitionsOption, topicPositional } from '../options/topic-options.ts';
import { type TableView, table } from '../output/view.ts';
import { aggregateView } from '../status/aggregate-view.ts';
import { noteUnseen } from '../topics/seen-topics.ts';
import { parkedTable } from './parked.ts';

const FILTERS = {
  code: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'With --all: parked with this code; may be repeated. Default: any',
  },
  since: { type: 'string', describe: 'With --all: parked then or later, ISO time. Default: whenever' },
  before: { type: 'string', describe: 'With --all: parked before, ISO time. Default: whenever' },
  'dry-run': {
    type: 'boolean',
    default: false,
    describe: 'With --all: show what would be tried again, and do nothing',
  },
} as const;

export const retryCommand = defineCommand({
  usage: 'retry <topic> [id]',
  summary: 'Try again what an aggregate is parked at, or all that are parked',
  positionals: { ...topicPositional, id: { type: 'string', describe: 'Aggregate id. Default: needs --all' } },
  options: {
    all: {
      type: 'boolean',
      default: false,
      describe: 'Every parked aggregate of the topic that the filters let through',
    },
    ...FILTERS,
    ...msgIdOption,
    ...operatorOptions,
    ...yesOption,
    ...partitionsOption,
    ...connectionOptions,
  },
  examples: [
    [
      "event-topic retry Customer C-1 --reason 'the topic takes 256 KiB now'",
      'Tries the parked event of C-1 again',
    ],
    [
      "event-topic retry Customer --all --code InvalidParameter --reason 'the filter is gone' --dry-run",
      'Shows which would be tried again',
    ],
  ],
  faults: ({ id, all, msgId, since, before, code, dryRun }) => [
    ...((id === undefined) === all ? [] : ['give either an aggregate id or --all']),
    ...(all && msgId !== undefined ? ['--msg-id is of one aggregate: not with --all'] : []),
    ...(!all && (since ?? before ?? code?.[0] ?? (dryRun || undefined)) !== undefined
      ? ['--code, --since, --before and --dry-run go with --all']
      : []),
    ...timeFaults({ since, before }),
  ],
  endsByItself: true,
  async run(args, context) {
    const { id } = args;
    if (id === undefined) return retryEvery(args, context);
    const operator = operatorOf(args, context.env);
    const { topic } = await openServed(args, context);
    const request = args.msgId === undefined ? operator : { ...operator, msgId: args.msgId };
    context.output.result(await untilInterrupted(topic.retry(id, request), context.signal), aggregateView);
    return undefined;
  },
});

type RetryAllArgs = ConnectionArgs &
  OperatorArgs &
  ParkedFilter & { readonly topic: string; readonly yes: boolean; readonly dryRun: boolean };

async function retryEvery(args: RetryAllArgs, context: CliContext): Promise<ExitCode> {
  const { output, signal } = context;
  const operator = operatorOf(args, context.env);
  const { topic, temporal } = await openServed(args, context);
  const parked = selectParked(await topic.parked(), args);
  if (parked.length === 0) await noteUnseen(temporal.client, args.topic, context);
  if (args.dryRun) {
    output.result({ dryRun: true, parked }, parkedTable);
    return EXIT.ok;
  }
  if (parked.length > 0 && !args.yes) {
    if (!output.isJson) output.show(parkedTable({ parked }));
    await confirm(`Try ${parked.length} of ${args.topic} again?`, args.yes, context);
  }
  const onProgress = (done: number): void =>
    output.progress({ retried: done, of: parked.length }, (it) => `tried ${it.retried} of ${it.of} again`);
  const retried = await retryAll(topic, parked, { operator, signal, onProgress });
  output.result({ dryRun: false, retried }, retriedTable);
  return retried.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}

function retriedTable({ retried }: { readonly retried: readonly Retried[] }): TableView {
  return table(
    ['id', 'msgId', 'result'],
    retried.map(({ id, msgId, error }) => [
      id,
      msgId,
      error ? `${error.code} ${error.message}` : 'tried again',
    ]),
    'Nothing is parked that the filters let through.',
  );
}
