import { describe, expect, it } from 'vitest';
import { parkedCommand } from '../../../src/cli/commands/parked.ts';
import { usageFault } from '../../../src/cli/usage-faults.ts';

const commands = ['parked', 'pause'];

describe('a wrong command line is refused', () => {
  it.each([
    ['Unknown argument: pakred', ['pakred'], undefined, 'there is no command pakred; did you mean parked?'],
    ['Unknown argument: xyzzy', ['xyzzy'], undefined, 'there is no command xyzzy; there are: parked, pause'],
    [
      'Unknown arguments: task-que, taskQue',
      ['parked', '--task-que=x'],
      parkedCommand,
      'there is no option --task-que; did you mean --task-queue?',
    ],
    [
      'Unknown argument: more',
      ['parked', 'Customer', 'more'],
      parkedCommand,
      'nothing is expected at "more"; the command is called as: event-topic parked [topic]',
    ],
    ['Missing required arguments: file, reason', [], parkedCommand, 'missing: --file, --reason'],
    ['Not enough arguments following: address', [], parkedCommand, '--address needs a value'],
    [
      'Not enough non-option arguments: got 0, need at least 1',
      [],
      undefined,
      'say a command: parked, pause',
    ],
    [
      'Invalid values:\n  Argument: shell, Given: "fish", Choices: "bash", "zsh"',
      [],
      parkedCommand,
      'shell is "bash" or "zsh", not "fish"',
    ],
  ] as const)('%s', (message, argv, command, fault) => {
    expect(usageFault(message, { argv, command, commands })).toBe(fault);
  });
});
