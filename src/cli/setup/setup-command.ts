import { defineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { type ConnectionArgs, connectionOptions } from '../options/connection-options.ts';
import type { Output } from '../output/output.ts';
import { connect } from '../temporal/connect.ts';
import type { Step } from './setup.ts';

const MIN_RETENTION_DAYS = 1;

export const setupCommand = defineCommand({
  usage: 'setup',
  summary: 'See that Temporal has what EventTopics need, and make what is missing',
  options: {
    ...connectionOptions,
    yes: {
      type: 'boolean',
      default: false,
      defaultDescription: 'it is told what is missing',
      describe: 'Make the namespace when it is not there, on a server of your own',
    },
    'retention-days': {
      type: 'number',
      default: 30,
      describe: 'How long a namespace that is made keeps closed workflows, in days',
    },
  },
  examples: [
    ['event-topic setup', 'What is there, and what is missing'],
    ['event-topic setup --namespace shop --yes', 'Make the namespace'],
  ],
  faults: ({ retentionDays }) =>
    Number.isInteger(retentionDays) && retentionDays >= MIN_RETENTION_DAYS
      ? []
      : [`--retention-days is a whole number of days from ${MIN_RETENTION_DAYS}`],
  async run(args, context) {
    const steps = await takeSteps(args, context);
    print(context.output, steps);
    return steps.some(({ state }) => state === 'missing') ? EXIT.wrong : undefined;
  },
});

interface SetupArgs extends ConnectionArgs {
  readonly yes: boolean;
  readonly retentionDays: number;
}

async function takeSteps(args: SetupArgs, context: CliContext): Promise<readonly Step[]> {
  const temporal = await connect(args, context);
  const { namespaceStep, listingStep } = await import('./take-steps.ts');
  const namespace = await namespaceStep(temporal, { isWanted: args.yes, retentionDays: args.retentionDays });
  return namespace.state === 'missing' ? [namespace] : [namespace, await listingStep(temporal.client)];
}

function print(output: Output, steps: readonly Step[]): void {
  if (output.isJson) {
    output.result({ steps }, () => []);
    return;
  }
  const width = Math.max(...steps.map(({ step }) => step.length));
  for (const each of steps) {
    output.item(each, ({ state, step, fact }) => `${state.padEnd(7)}  ${step.padEnd(width)}  ${fact}`);
    if (each.next) output.item(each, ({ next }) => `         ${''.padEnd(width)}  next: ${next}`);
  }
}
