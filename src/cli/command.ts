import type { ArgumentsCamelCase, InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import type { CliContext } from './context.ts';
import type { ExitCode } from './exit-codes.ts';

export type PositionalSet = Readonly<Record<string, PositionalOptions>>;
export type OptionSet = Readonly<Record<string, Options>>;

/** The arguments of a command, typed by what it declares; `--dry-run` is `args.dryRun`. */
export type ArgsOf<Positionals extends PositionalSet, Flags extends OptionSet> = ArgumentsCamelCase<
  InferredOptionTypes<Positionals & Flags>
>;

/** One line of a command's help: what to type, and what that does. */
export type Example = readonly [line: string, what: string];

export interface CommandSpec<Positionals extends PositionalSet, Flags extends OptionSet> {
  /** Name and positionals in yargs's notation: `retry <topic> [id]`; `$0` instead of the name: what the group itself does. */
  readonly usage: string;
  /** The words before it, of a command in a group: `['relay']`. Default: none. */
  readonly path?: readonly string[];
  /** One sentence, for the list of commands and the head of the help. */
  readonly summary: string;
  /** One for each positional of `usage`, with a `describe`. Default: none. */
  readonly positionals?: Positionals;
  /** Each with a `describe` that says its default. Default: none. */
  readonly options?: Flags;
  /** At least one. */
  readonly examples: readonly [Example, ...Example[]];
  /** What is wrong with arguments together, as sentences; everything is told at once, with exit code 2. Default: nothing. */
  readonly faults?: (args: ArgsOf<Positionals, Flags>) => readonly string[];
  /**
   * True: `context.signal` is heeded, and the command itself ends when it aborts, saying how far it came. False: the command is left where it is
   * when the user interrupts it. Default: false.
   */
  readonly endsByItself?: boolean;
  /** Returns the exit code; nothing is 0. What it throws is told on stderr. */
  readonly run: (args: ArgsOf<Positionals, Flags>, context: CliContext) => Promise<ExitCode | undefined>;
}

/** A command whose argument types are known to itself only. */
export interface Command {
  /** The words before it: `['relay']` of `relay status`. */
  readonly path: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly positionals: PositionalSet;
  readonly options: OptionSet;
  readonly examples: readonly Example[];
  readonly endsByItself: boolean;
  faults(args: unknown): readonly string[];
  run(args: unknown, context: CliContext): Promise<ExitCode | undefined>;
}

/** Commands under one word, as `relay status` and `relay verify`. */
export interface CommandGroup {
  readonly usage: string;
  readonly summary: string;
  /** Their `path` is the group's word. */
  readonly commands: readonly Command[];
  /** What the word does by itself. Default: it needs one of the commands. */
  readonly itself?: Command;
}

export function defineCommand<const Positionals extends PositionalSet, const Flags extends OptionSet>(
  spec: CommandSpec<Positionals, Flags>,
): Command {
  const { path = [], positionals = {}, options = {}, faults = () => [], endsByItself = false } = spec;
  const { usage, summary, examples } = spec;
  type Args = ArgsOf<Positionals, Flags>;
  return {
    path,
    usage,
    summary,
    examples,
    positionals,
    options,
    endsByItself,
    faults: (args) => faults(args as Args),
    run: (args, context) => spec.run(args as Args, context),
  };
}
