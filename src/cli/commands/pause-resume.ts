import { type Command, defineCommand, type Example } from '../command.ts';
import { openServed } from '../operate/open-served.ts';
import { connectionOptions } from '../options/connection-options.ts';
import { operatorOf, operatorOptions } from '../options/operator-options.ts';
import { aggregatePositionals, partitionsOption } from '../options/topic-options.ts';
import { aggregateView } from '../status/aggregate-view.ts';

export const pauseCommand = operationCommand('pause', {
  summary: 'Stop an aggregate: what is accepted waits until it is resumed',
  example: [
    "event-topic pause Customer C-1 --reason 'its read model is being rebuilt'",
    'Nothing of C-1 leaves any more',
  ],
});

export const resumeCommand = operationCommand('resume', {
  summary: 'Let a paused aggregate go on',
  example: ["event-topic resume Customer C-1 --reason 'it is rebuilt'", 'What has waited is published'],
});

function operationCommand(
  operation: 'pause' | 'resume',
  { summary, example }: { readonly summary: string; readonly example: Example },
): Command {
  return defineCommand({
    usage: `${operation} <topic> <id>`,
    summary,
    positionals: aggregatePositionals,
    options: { ...operatorOptions, ...partitionsOption, ...connectionOptions },
    examples: [example],
    async run(args, context) {
      const operator = operatorOf(args, context.env);
      const { topic } = await openServed(args, context);
      context.output.result(await topic[operation](args.id, operator), aggregateView);
      return undefined;
    },
  });
}
