import { defineCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import { fillMessage } from '../messages/fill-message.ts';
import { readJson } from '../messages/read-input.ts';
import { openServed } from '../operate/open-served.ts';
import { parkedEvent } from '../operate/parked-event.ts';
import { connectionOptions } from '../options/connection-options.ts';
import { serviceOption } from '../options/message-options.ts';
import { msgIdOption, operatorOf, operatorOptions, yesOption } from '../options/operator-options.ts';
import { aggregatePositionals, definitionOptions } from '../options/topic-options.ts';
import { aggregateView } from '../status/aggregate-view.ts';

export const replaceCommand = defineCommand({
  usage: 'replace <topic> <id>',
  summary: 'Publish another content in the place of the event at which an aggregate is parked',
  positionals: aggregatePositionals,
  options: {
    file: {
      type: 'string',
      demandOption: true,
      describe:
        'JSON of the message { id, meta, event, position? } with the id, msgId and position of the parked one; - is standard input',
    },
    ...serviceOption,
    ...msgIdOption,
    ...operatorOptions,
    ...yesOption,
    ...definitionOptions,
    ...connectionOptions,
  },
  examples: [
    [
      "event-topic replace Customer C-1 --file corrected.json --reason 'cut the name' --yes",
      'Publishes what the file has; what waits behind it follows',
    ],
  ],
  async run(args, context) {
    const { id, service } = args;
    const operator = operatorOf(args, context.env);
    const written = await readJson(args.file, context);
    const { topic } = await openServed(args, context);
    const { msgId, code, reason } = await parkedEvent(topic, { id, msgId: args.msgId });
    const { message } = fillMessage(written, { service, id, msgId });
    // Before somebody is asked: the answer would be in vain.
    topic.check([message]);
    context.output.note(`${args.topic} ${id} is parked at ${msgId}: ${code} ${reason}`);
    await confirm(`Publish the content of ${args.file} in the place of ${msgId}?`, args.yes, context);
    context.output.result(await topic.replace(id, { ...operator, msgId, message }), aggregateView);
    return undefined;
  },
});
