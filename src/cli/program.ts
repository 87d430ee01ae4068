import type { Argv } from 'yargs';
import type { Command, CommandGroup } from './command.ts';
import { usageError } from './failure.ts';
import { usageFault } from './usage-faults.ts';
import { newParser } from './yargs.cts';

/** What is done with a command once its arguments are understood. */
export type Execute = (command: Command, args: unknown) => Promise<void>;

export interface ProgramParts {
  readonly argv: readonly string[];
  readonly commands: readonly (Command | CommandGroup)[];
  readonly version: string;
  /** Characters of a line of the help. */
  readonly width: number;
  readonly execute: Execute;
}

/** The parser of the command line. It never ends the process: it throws `INVALID_ARGUMENT`, and what a command throws. */
export class Program {
  readonly #parts: ProgramParts;
  /** How far the parser has come. */
  #command: Command | undefined;
  #names: readonly string[];

  constructor(parts: ProgramParts) {
    this.#parts = parts;
    this.#names = namesOf(parts.commands);
  }

  /** Executes the command, or prints the help that is asked for. */
  async parse(): Promise<void> {
    await this.#parser().parseAsync([...this.#parts.argv]);
  }

  #parser(): Argv {
    const { commands, version, width } = this.#parts;
    const parser = newParser()
      .scriptName('event-topic')
      .locale('en')
      .usage('$0 <command>\n\nPublish events to EventTopics, see how they fare, and put right what is wrong.')
      .option('json', GLOBAL_JSON)
      .parserConfiguration({ 'parse-positional-numbers': false })
      .version(version)
      .help()
      .alias('help', 'h')
      .wrap(width)
      // Answers `--get-yargs-completions`, which the scripts of `event-topic completion` ask; its own command would take that name.
      .completion('yargs-completion-script', false)
      .strict()
      .demandCommand(1)
      .epilogue('Options, JSON and exit codes of every command: docs/reference/cli.md')
      .exitProcess(false)
      .fail((message: string | null, error: unknown) => this.#refuse(message, error));
    for (const command of commands) this.#add(parser, command);
    return parser;
  }

  #add(parser: Argv, command: Command | CommandGroup): void {
    if ('commands' in command) this.#addGroup(parser, command);
    else
      parser.command(
        command.usage,
        command.summary,
        (own) => this.#declare(own, command),
        (args) => this.#parts.execute(command, args),
      );
  }

  #addGroup(parser: Argv, { usage, summary, commands, itself }: CommandGroup): void {
    parser.command(usage, summary, (group) => {
      this.#names = namesOf(commands);
      for (const command of commands) this.#add(group, command);
      if (itself) this.#add(group, itself);
      else group.demandCommand(1);
      return group;
    });
  }

  #declare(own: Argv, command: Command): Argv {
    this.#command = command;
    const { positionals, options, examples } = command;
    for (const [name, positional] of Object.entries(positionals)) own.positional(name, positional);
    for (const [name, option] of Object.entries(options))
      own.option(name, { requiresArg: option.type !== 'boolean', ...option });
    return own.epilogue(
      ['Examples:', ...examples.map(([line, what]) => `  ${line}\n      ${what}`)].join('\n'),
    );
  }

  #refuse(message: string | null, error: unknown): never {
    if (error && !isOfParser(error)) throw error;
    const understood = { argv: this.#parts.argv, command: this.#command, commands: this.#names };
    const fault = isOfParser(error) ? error.message : (message ?? 'the command line is wrong');
    throw usageError([usageFault(fault, understood)]);
  }
}

/** What yargs throws by itself. */
function isOfParser(error: unknown): error is Error {
  return error instanceof Error && error.name === 'YError';
}

const GLOBAL_JSON = {
  type: 'boolean',
  default: false,
  defaultDescription: 'text',
  describe: 'JSON on stdout; errors, notes and progress as lines of JSON on stderr',
  global: true,
} as const;

function namesOf(commands: readonly (Command | CommandGroup)[]): readonly string[] {
  return commands.map(({ usage }) => usage.split(' ')[0] ?? usage);
}
