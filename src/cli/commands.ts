import type { Command, CommandGroup } from './command.ts';
import { completionCommand } from './commands/completion.ts';
import { parkedCommand } from './commands/parked.ts';
import { pauseCommand, resumeCommand } from './commands/pause-resume.ts';
import { publishCommand } from './commands/publish.ts';
import { redriveCommand } from './commands/redrive.ts';
import { relayCommand } from './commands/relay.ts';
import { replaceCommand } from './commands/replace.ts';
import { republishCommand } from './commands/republish.ts';
import { retryCommand } from './commands/retry.ts';
import { skipCommand } from './commands/skip.ts';
import { statusCommand } from './commands/status.ts';
import { tailCommand } from './commands/tail.ts';
import { devCommand } from './dev/dev-command.ts';
import { doctorCommand } from './doctor/doctor-command.ts';
import { setupCommand } from './setup/setup-command.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly (Command | CommandGroup)[] = [
  publishCommand,
  statusCommand,
  parkedCommand,
  retryCommand,
  skipCommand,
  replaceCommand,
  pauseCommand,
  resumeCommand,
  republishCommand,
  relayCommand,
  tailCommand,
  redriveCommand,
  devCommand,
  doctorCommand,
  setupCommand,
  completionCommand,
];
