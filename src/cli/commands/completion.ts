import { defineCommand } from '../command.ts';
import { COMPLETION_SCRIPTS } from '../completion-scripts.ts';

export const completionCommand = defineCommand({
  usage: 'completion <shell>',
  summary: 'Print the script that completes commands and options in a shell',
  positionals: {
    shell: { type: 'string', choices: ['bash', 'zsh'], demandOption: true, describe: 'Which shell' },
  },
  examples: [
    ['source <(event-topic completion bash)', 'For this shell; put it into ~/.bashrc for every one'],
  ],
  async run({ shell }, context) {
    context.output.text(COMPLETION_SCRIPTS[shell]);
    return undefined;
  },
});
