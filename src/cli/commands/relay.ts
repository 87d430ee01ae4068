import type { EventLogRelay } from '../../event-log/event-log-relay.ts';
import { type CommandGroup, defineCommand } from '../command.ts';
import type { CliContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { timeFaults } from '../operate/select-parked.ts';
import { type ConnectionArgs, connectionOptions } from '../options/connection-options.ts';
import { definitionOptions, type TopicArgs, topicPositional } from '../options/topic-options.ts';
import { relayView, verifyView } from '../relay/relay-view.ts';
import { openTopic } from '../topics/open-topic.ts';

const statusCommand = defineCommand({
  path: ['relay'],
  usage: 'status <topic>',
  summary: 'Show how far the relay of a topic is behind its EventLog, and what is wrong',
  positionals: topicPositional,
  options: connectionOptions,
  examples: [['event-topic relay status Customer', 'Exit code 3 when it fails, or was stopped']],
  async run(args, context) {
    const relay = await openRelay(args, context);
    const status = await relay.status();
    context.output.result(status, relayView);
    return status.state === 'running' ? EXIT.ok : EXIT.wrong;
  },
});

const verifyCommand = defineCommand({
  path: ['relay'],
  usage: 'verify <topic>',
  summary: 'Compare the EventLog of a topic with what was published, and list what is missing',
  positionals: topicPositional,
  options: {
    from: { type: 'string', describe: 'Stored then or later, ISO time. Default: from the first' },
    to: { type: 'string', describe: 'Stored before, ISO time. Default: to the last' },
    ...definitionOptions,
    ...connectionOptions,
  },
  examples: [
    [
      'event-topic relay verify Customer --to 2026-01-31T12:00:00Z',
      'Exit code 3 when stored events are missing',
    ],
  ],
  faults: ({ from, to }) => timeFaults({ from, to }),
  async run(args, context) {
    const { from, to } = args;
    const relay = await openRelay(args, context);
    const report = await relay.verify({
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    context.output.result(report, verifyView);
    return report.missing > 0 ? EXIT.wrong : EXIT.ok;
  },
});

/** A handle: it starts nothing, and what it asks has the same answer in both modes. */
async function openRelay(args: TopicArgs & ConnectionArgs, context: CliContext): Promise<EventLogRelay> {
  const { definition, temporal } = await openTopic(args, context);
  const { EventLogRelay } = await import('../../event-log/event-log-relay.ts');
  const { client, taskQueue } = temporal;
  return new EventLogRelay(definition, { client, taskQueue, mode: 'tail' });
}

export const relayCommand: CommandGroup = {
  usage: 'relay',
  summary: 'Look after the relay between an EventLog and its topic',
  commands: [statusCommand, verifyCommand],
};
