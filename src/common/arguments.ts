import { closest } from 'fastest-levenshtein';
import { EventTopicError } from './errors.ts';

/** Every key that an options type has; the compiler proves that none is missing: `{ a: true, … } satisfies KeysOf<Options>`. */
export type KeysOf<Options> = Readonly<Record<KeyOfAny<Options>, true>>;

/** Of every member of a union. */
type KeyOfAny<Options> = Options extends unknown ? keyof Options : never;

/**
 * What is wrong with options as such, for callers without a compiler: no object, or keys that nobody reads. A typo of an option would
 * otherwise be its default in silence. `path` is where they are, as `settings`; empty: they are the argument itself.
 */
export function optionFaults(
  options: unknown,
  known: Readonly<Record<string, true>>,
  path = '',
): readonly string[] {
  if (!isRecord(options))
    return [`${path || 'the argument'} is an object of options, not ${describe(options)}`];
  const names = Object.keys(known);
  const prefix = path && `${path}.`;
  return Object.keys(options)
    .filter((key) => !Object.hasOwn(known, key))
    .map((key) => `${prefix}${key} is no option; did you mean ${prefix}${closest(key, names)}?`);
}

/** Says what came instead of what was expected. A text is not shown: it may be the content of an event. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (value === '') return 'an empty text';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws `INVALID_ARGUMENT`, unless the value is a text that is not empty: `id`, say, of `status(id)`. */
export function checkText(call: string, name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw invalidArgument(call, [`${name} is a text that is not empty, not ${describe(value)}`]);
}

/** A call was given something else than it takes. Nothing was done. */
export function invalidArgument(call: string, faults: readonly string[]): EventTopicError {
  return new EventTopicError(
    'INVALID_ARGUMENT',
    `${call} was called with something else than it takes: ${faults.join('; ')}`,
    {
      action: 'Nothing was done; correct the call',
    },
  );
}

/** What is wrong with an option that is one of some words. */
export function choiceFaults(name: string, value: unknown, choices: readonly string[]): readonly string[] {
  if (value === undefined || (typeof value === 'string' && choices.includes(value))) return [];
  return [
    `${name} is ${choices.map((choice) => `'${choice}'`).join(' or ')}, not ${typeof value === 'string' ? `'${value}'` : describe(value)}`,
  ];
}

/** What is wrong with an option that is a whole number. */
export function wholeFaults(
  name: string,
  value: unknown,
  { from, to }: { readonly from: number; readonly to: number },
): readonly string[] {
  if (value === undefined || (Number.isInteger(value) && Number(value) >= from && Number(value) <= to))
    return [];
  return [`${name} is a whole number from ${from} to ${to}, not ${describe(value)}`];
}

/** Whether it is an object that has them: a port, or a client of somebody else's. */
export function hasMethods(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
  );
}
