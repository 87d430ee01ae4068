import { closest, distance } from 'fastest-levenshtein';
import type { Command } from './command.ts';

/** What the parser has understood of the command line so far. */
export interface Understood {
  readonly argv: readonly string[];
  /** The command, once it is known. */
  readonly command: Command | undefined;
  /** Names of the commands that could stand there. */
  readonly commands: readonly string[];
}

/** A refusal of yargs in our words: with the nearest name that there is, and how the command is called. */
export function usageFault(message: string, understood: Understood): string {
  const { command, commands } = understood;
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1];
  if (unknown !== undefined) return unknownFault(unknown.split(', '), understood);
  const valueless = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (valueless !== undefined) return `--${valueless} needs a value`;
  const choice = /Argument: (\S+), Given: (.*), Choices: (.*)/.exec(message);
  if (choice) return `${choice[1]} is ${choice[3]?.replaceAll(', ', ' or ')}, not ${choice[2]}`;
  const missing = /^Missing required arguments?: (.*)$/.exec(message)?.[1];
  if (missing !== undefined)
    return `missing: ${missing
      .split(', ')
      .map((name) => `--${name}`)
      .join(', ')}`;
  if (message.startsWith('Not enough non-option arguments'))
    return command
      ? `the command is called as: ${calledAs(command)}`
      : `say a command: ${commands.join(', ')}`;
  return message.replace(/\n/g, '; ');
}

/** Options that were given more than once, and take one value. */
export function repeatedFaults({ options }: Command, args: unknown): readonly string[] {
  const given = args as Readonly<Record<string, unknown>>;
  const repeated = Object.entries(options).filter(
    ([name, { array }]) => array !== true && Array.isArray(given[name]),
  );
  return repeated.map(([name]) => `--${name} is given more than once`);
}

/** Global options, which no command declares. */
const GLOBAL = ['json', 'help', 'version'];

function unknownFault(names: readonly string[], { argv, command, commands }: Understood): string {
  const options = [...Object.keys(command?.options ?? {}), ...GLOBAL];
  const isOption = (name: string): boolean => argv.some((arg) => isOptionOf(arg, name));
  const given = names.filter(isOption);
  const faults = given.map(
    (name) => `there is no option --${name}${nearest(`--${name}`, options.map(dashed))}`,
  );
  if (faults.length > 0) return faults.join('; ');
  // yargs also names what it has made of an option, in camel case.
  const [word = ''] = names;
  if (command) return `nothing is expected at "${word}"; the command is called as: ${calledAs(command)}`;
  return `there is no command ${word}${nearest(word, commands)}`;
}

function isOptionOf(arg: string, name: string): boolean {
  const dashes = name.length === 1 ? `-${name}` : `--${name}`;
  return arg === dashes || arg.startsWith(`${dashes}=`);
}

function dashed(name: string): string {
  return `--${name}`;
}

function nearest(name: string, known: readonly string[]): string {
  const near = known.length > 0 ? closest(name, [...known]) : '';
  const isNear = near !== '' && distance(name, near) <= Math.max(2, name.length / 2);
  return isNear ? `; did you mean ${near}?` : `; there are: ${known.join(', ')}`;
}

function calledAs({ path, usage }: Command): string {
  return ['event-topic', ...path, usage.replace('$0 ', '')].join(' ');
}
