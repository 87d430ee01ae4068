import type { RedriveResult } from '../../collector/tools/redrive-run.ts';
import { regionOfQueue, sqsClient } from '../aws/clients.ts';
import { depthOf, queueUrlOf, sourceQueueOf } from '../aws/queues.ts';
import { defineCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { yesOption } from '../options/operator-options.ts';
import { facts, table, type View } from '../output/view.ts';

export const redriveCommand = defineCommand({
  usage: 'redrive <queue>',
  summary: 'Send the letters of a dead-letter queue to their collector again, each aggregate in order',
  positionals: {
    queue: { type: 'string', demandOption: true, describe: 'URL or name of the dead-letter queue' },
  },
  options: {
    to: {
      type: 'string',
      describe: "URL or name of the collector's queue. Default: the only one whose letters go there",
    },
    id: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Of this aggregate; may be repeated. Default: any',
    },
    limit: { type: 'number', describe: 'End after so many letters. Default: none' },
    rate: { type: 'number', describe: 'Letters a second at most. Default: 100' },
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'Show the first letters that would be sent, and send nothing',
    },
    ...yesOption,
  },
  examples: [
    ['event-topic redrive CustomerReadModel-dlq.fifo --dry-run', 'What is there, and why it was refused'],
    ['event-topic redrive CustomerReadModel-dlq.fifo --yes', 'Sends it to the collector again'],
  ],
  endsByItself: true,
  async run(args, context) {
    const { output, signal } = context;
    const { id: ids, limit, rate, dryRun } = args;
    const { redrive } = await import('../../collector/tools/redrive.ts');
    const sqs = await sqsClient(regionOfQueue(args.queue), context);
    const deadLetterQueueUrl = await queueUrlOf(sqs, args.queue);
    const to =
      args.to === undefined ? await sourceQueueOf(sqs, deadLetterQueueUrl) : await queueUrlOf(sqs, args.to);
    if (!dryRun) {
      const letters = await depthOf(sqs, deadLetterQueueUrl);
      await confirm(`Send about ${letters} letters to ${to}?`, args.yes, context);
    }
    const result = await redrive({
      deadLetterQueueUrl,
      to: { queueUrl: to },
      sqs,
      signal,
      dryRun,
      ...(ids ? { ids } : {}),
      ...(limit === undefined ? {} : { limit }),
      ...(rate === undefined ? {} : { rate }),
      onProgress: (progress) =>
        output.progress(
          progress,
          (it) => `${dryRun ? 'would redrive' : 'redriven'} ${it.redriven}, stopped ${it.stopped}`,
        ),
    });
    output.result(result, redriveView);
    return result.stopped.length > 0 ? EXIT.wrong : EXIT.ok;
  },
});

function redriveView({ ended, redriven, skipped, stopped, planned, left }: RedriveResult): readonly View[] {
  return [
    facts([
      ['ended', ended],
      ['redriven', redriven],
      ['skipped aggregates', skipped],
      ['left', left],
    ]),
    ...(planned.length > 0
      ? [
          table(
            ['would be sent', 'letter', 'refused because'],
            planned.map(({ group, messageId, refusal }) => [
              group,
              messageId,
              refusal && `${refusal.code}: ${refusal.reason}`,
            ]),
            '',
          ),
        ]
      : []),
    ...(stopped.length > 0
      ? [
          table(
            ['stopped', 'letter', 'because'],
            stopped.map(({ group, messageId, reason }) => [group, messageId, reason]),
            '',
          ),
        ]
      : []),
  ];
}
