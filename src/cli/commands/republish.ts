import type { RepublishSelection } from '../../common/protocol/republish.ts';
import { type Command, type CommandGroup, defineCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import { timeFaults } from '../operate/select-parked.ts';
import { connectionOptions } from '../options/connection-options.ts';
import { operatorOf, operatorOptions, yesOption } from '../options/operator-options.ts';
import { topicPositional } from '../options/topic-options.ts';
import { followRepublish } from '../republish/follow-republish.ts';
import { codeOfRepublish, republishView } from '../republish/republish-view.ts';
import { openTopic } from '../topics/open-topic.ts';

const SELECTION = {
  id: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'Aggregate id; may be repeated. Default: needs --all',
    group: 'Selection:',
  },
  all: { type: 'boolean', default: false, describe: 'Every aggregate of the topic', group: 'Selection:' },
  'from-time': {
    type: 'string',
    describe: 'Made then or later, ISO time. Default: from the first',
    group: 'Selection:',
  },
  'to-time': { type: 'string', describe: 'Made before, ISO time. Default: to the last', group: 'Selection:' },
  'from-position': {
    type: 'number',
    describe: 'From this position of each stream on. Default: 1',
    group: 'Selection:',
  },
  'to-position': {
    type: 'number',
    describe: 'Up to this position of each stream. Default: the last',
    group: 'Selection:',
  },
  'event-type': {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'Of this type; may be repeated. Default: any',
    group: 'Selection:',
  },
} as const;

const startCommand = defineCommand({
  path: ['republish'],
  usage: '$0 <topic>',
  summary: 'Send stored events again, and follow how far it is',
  positionals: topicPositional,
  options: {
    ...SELECTION,
    rate: { type: 'number', describe: 'Events a second at most. Default: 100' },
    audience: { type: 'string', describe: 'Name of the collector that is meant. Default: all' },
    detach: { type: 'boolean', default: false, describe: 'End once it has begun' },
    ...operatorOptions,
    ...yesOption,
    ...connectionOptions,
  },
  examples: [
    [
      "event-topic republish Customer --all --audience Search --reason 'a new read model' --yes",
      'Every stored event of Customer, for the collector Search',
    ],
    [
      "event-topic republish Customer --id C-1 --from-position 4 --reason 'it was lost'",
      'What C-1 has from there on',
    ],
  ],
  faults: ({ id, all, fromTime, toTime }) => [
    ...((id === undefined) === all ? [] : ['give either --id or --all']),
    ...timeFaults({ 'from-time': fromTime, 'to-time': toTime }),
  ],
  endsByItself: true,
  async run(args, context) {
    const { topic: name, rate, audience } = args;
    const operator = operatorOf(args, context.env);
    const { topic } = await openTopic({ ...args, topic: name }, context);
    if (args.all)
      await confirm(
        `Send every selected event of ${name} again, for ${audience ?? 'all'}?`,
        args.yes,
        context,
      );
    const republish = await topic.republish(selectionOf(args), {
      ...operator,
      ...(rate === undefined ? {} : { rate }),
      ...(audience === undefined ? {} : { audience }),
    });
    const status = args.detach ? await republish.status() : await followRepublish(republish, context);
    context.output.result(status, republishView);
    return codeOfRepublish(status);
  },
});

/** Without keys that nobody gave. */
function selectionOf(args: {
  readonly id?: string[] | undefined;
  readonly all: boolean;
  readonly fromTime?: string | undefined;
  readonly toTime?: string | undefined;
  readonly fromPosition?: number | undefined;
  readonly toPosition?: number | undefined;
  readonly eventType?: string[] | undefined;
}): RepublishSelection {
  const { id: ids, all, fromTime, toTime, fromPosition, toPosition, eventType: eventTypes } = args;
  const given = { ids, all: all || undefined, fromTime, toTime, fromPosition, toPosition, eventTypes };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const REPUBLISH = {
  ...topicPositional,
  republish: {
    type: 'string',
    demandOption: true,
    describe: 'Id of the republish, as it was told when it began',
  },
} as const;

const statusCommand = ofRepublish('status', {
  summary: 'Show how far a republish is',
  what: 'How far it is, and what was refused',
});

const cancelCommand = ofRepublish('cancel', {
  summary: 'End a republish, and show how far it came',
  what: 'What is on its way arrives; nothing more is sent',
});

function ofRepublish(
  verb: 'status' | 'cancel',
  { summary, what }: { summary: string; what: string },
): Command {
  return defineCommand({
    path: ['republish'],
    usage: `${verb} <topic> <republish>`,
    summary,
    positionals: REPUBLISH,
    options: connectionOptions,
    examples: [[`event-topic republish ${verb} Customer 5b1c…`, what]],
    async run(args, context) {
      const { topic } = await openTopic(args, context);
      const status = await topic.getRepublish(args.republish)[verb]();
      context.output.result(status, republishView);
      // Who cancels it wants that.
      return verb === 'cancel' ? undefined : codeOfRepublish(status);
    },
  });
}

export const republishCommand: CommandGroup = {
  usage: 'republish',
  summary: 'Send stored events again: to a new read model, say',
  commands: [statusCommand, cancelCommand],
  itself: startCommand,
};
