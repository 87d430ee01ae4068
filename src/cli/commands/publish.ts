import { isEventTopicError } from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';
import { defineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { factOf, usageError } from '../failure.ts';
import { openInput } from '../messages/read-input.ts';
import { connectionOptions } from '../options/connection-options.ts';
import { serviceOption } from '../options/message-options.ts';
import { definitionOptions, topicPositional } from '../options/topic-options.ts';
import { ProgressPace } from '../output/progress-pace.ts';
import { facts, table } from '../output/view.ts';
import { type CheckedLines, checkLines } from '../publish/check-lines.ts';
import { interruptedAt } from '../publish/interrupted.ts';
import { MessageLines } from '../publish/message-lines.ts';
import { type OpenTopic, openTopic } from '../topics/open-topic.ts';
import { noteUnseen } from '../topics/seen-topics.ts';

/** Often enough to see that it goes on. */
const PROGRESS_MS = { terminal: 100, log: 2_000 } as const;

export const publishCommand = defineCommand({
  usage: 'publish <topic>',
  summary: 'Publish the events of a file, one JSON message on each line',
  positionals: topicPositional,
  options: {
    file: {
      type: 'string',
      demandOption: true,
      describe: 'JSON lines of { id, meta, event, position? }; - is standard input',
    },
    'from-line': { type: 'number', default: 1, describe: 'Where to begin: resumes what was interrupted' },
    'dry-run': { type: 'boolean', default: false, describe: 'Check every line, and send nothing' },
    ...serviceOption,
    ...definitionOptions,
    ...connectionOptions,
  },
  examples: [
    ['event-topic publish Customer --file events.jsonl --spec topics.ts', 'Checks and publishes each line'],
    [
      'echo \'{"id":"C-1","event":{"type":"Deleted"}}\' | event-topic publish Customer --file - --service support',
      'One event; its meta is made: repeated, it is another event',
    ],
  ],
  faults: ({ fromLine }) =>
    Number.isInteger(fromLine) && fromLine >= 1 ? [] : ['--from-line is a whole number from 1'],
  endsByItself: true,
  async run(args, context) {
    const input = await openInput(args.file, context);
    const opened = await openTopic(args, context);
    const { fromLine, service } = args;
    const check = (message: EventMessage): void => refuseUnordered(opened, message);
    const lines = new MessageLines(input, { fromLine, missing: { service }, check });
    if (args.dryRun) return await dryRun(opened, lines, context);
    await noteUnseen(opened.temporal.client, args.topic, context);
    await publishLines(opened, { file: args.file, lines }, context);
    return undefined;
  },
});

async function publishLines(
  { topic, definition: { name } }: OpenTopic,
  { file, lines }: { readonly file: string; readonly lines: MessageLines },
  { output, signal }: CliContext,
): Promise<void> {
  const pace = new ProgressPace(output.isLive ? PROGRESS_MS.terminal : PROGRESS_MS.log);
  const onProgress = (accepted: number): void => {
    lines.forgetBefore(accepted);
    if (pace.isDue()) output.progress({ accepted, line: lines.read }, (it) => `accepted ${it.accepted}`);
  };
  try {
    const { accepted } = await topic.publishJsonStream(lines, { signal, onProgress });
    if (lines.hasFresh)
      output.note('Some messages had no msgId and got a new one: published again, they are other events.');
    output.result({ topic: name, accepted, lines: lines.read }, (it) => facts(Object.entries(it)));
  } catch (error) {
    if (!isEventTopicError(error, 'STREAM_INTERRUPTED')) throw error;
    throw interruptedAt({ topic: name, file, lines }, error);
  }
}

async function dryRun(
  { topic }: OpenTopic,
  lines: MessageLines,
  { output, signal }: CliContext,
): Promise<ExitCode> {
  const checked = await checkLines(topic, lines, signal).catch((error: unknown) => {
    if (!isEventTopicError(error, 'INVALID_ARGUMENT')) throw error;
    throw usageError([`line ${lines.read}: ${factOf(error)}`]);
  });
  output.result(checked, ({ checked: count, refused, faults }: CheckedLines) => [
    facts([
      ['checked', count],
      ['refused', refused],
    ]),
    ...(refused > 0
      ? [
          table(
            ['line', 'msgId', 'reason'],
            faults.map(({ line, msgId, reason }) => [line, msgId, reason]),
            '',
          ),
        ]
      : []),
  ]);
  return checked.refused > 0 ? EXIT.wrong : EXIT.ok;
}

/** Ordered by arrival, the positions would be carried along, and order nothing: for good, for the publishers that are opened now. */
function refuseUnordered({ isOrderingKnown }: OpenTopic, message: EventMessage): void {
  if (isOrderingKnown || message?.position === undefined) return;
  throw usageError(['the event has a position, and Temporal does not know how the topic is ordered'], {
    action: 'give --ordering position or --ordering arrival, as the topic is defined, or --spec',
  });
}
