import { defineCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import { openServed } from '../operate/open-served.ts';
import { parkedEvent } from '../operate/parked-event.ts';
import { connectionOptions } from '../options/connection-options.ts';
import { msgIdOption, operatorOf, operatorOptions, yesOption } from '../options/operator-options.ts';
import { aggregatePositionals, partitionsOption } from '../options/topic-options.ts';
import { aggregateView } from '../status/aggregate-view.ts';

export const skipCommand = defineCommand({
  usage: 'skip <topic> <id>',
  summary: 'Drop the event at which an aggregate is parked: it is never published',
  positionals: aggregatePositionals,
  options: { ...msgIdOption, ...operatorOptions, ...yesOption, ...partitionsOption, ...connectionOptions },
  examples: [
    [
      "event-topic skip Customer C-1 --msg-id 0190… --reason 'a test event' --yes",
      'Drops that event, and no other one; what waits behind it is published',
    ],
  ],
  async run(args, context) {
    const { id } = args;
    const operator = operatorOf(args, context.env);
    const { topic } = await openServed(args, context);
    const { msgId, code, reason } = await parkedEvent(topic, { id, msgId: args.msgId });
    context.output.note(`${args.topic} ${id} is parked at ${msgId}: ${code} ${reason}`);
    await confirm(`Drop ${msgId} for good?`, args.yes, context);
    context.output.result(await topic.skip(id, { ...operator, msgId }), aggregateView);
    return undefined;
  },
});
