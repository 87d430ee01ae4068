import * as pulumi from '@pulumi/pulumi';
import { describe, isRecord, optionFaults } from '../../src/common/arguments.ts';
import { KMS_KEY } from './identifiers.ts';

export type ArgumentFault = pulumi.InputPropertyErrorDetails;

export interface ComponentArguments {
  /** What is created, as `EventTopic`. */
  readonly component: string;
  readonly name: string;
  readonly args: object;
  /** Every argument that there is. */
  readonly known: Readonly<Record<string, true>>;
  /** Those that it cannot do without. */
  readonly needed?: readonly string[];
}

/**
 * Refuses a component whose arguments are wrong: at once when they are none, or one is missing that it needs; else with every fault that
 * `faults` finds in them. Call it before the component registers anything.
 */
export function checkArguments(
  { component, name, args, known, needed = [] }: ComponentArguments,
  faults: () => readonly ArgumentFault[],
): void {
  const label = `${component} ${JSON.stringify(name) ?? 'without a name'}`;
  const given: Readonly<Record<string, unknown>> = isRecord(args) ? args : {};
  const shape = [
    ...faultIf(typeof name !== 'string', 'name', `must be a text [value=${describe(name)}]`),
    ...faultIf(!isRecord(args), 'args', `must be an object of arguments [value=${describe(args)}]`),
    ...needed
      .filter((key) => given[key] === undefined || given[key] === null)
      .flatMap((key) => faultIf(true, key, 'is missing')),
  ];
  const unknown = isRecord(args) ? optionFaults(args, known) : [];
  const wrong = shape.length > 0 ? shape : faults();
  refuseFaults(label, [...wrong, ...unknown.map(toArgumentFault)]);
}

/** `partition is no option; …`: the path is its first word. */
function toArgumentFault(fault: string): ArgumentFault {
  const [propertyPath = '', ...reason] = fault.split(' ');
  return { propertyPath, reason: reason.join(' ') };
}

/** Throws one error that names every fault; does nothing when there is none. Call it before the component registers anything. */
export function refuseFaults(component: string, faults: readonly ArgumentFault[]): void {
  if (faults.length === 0) return;
  const lines = faults.map(({ propertyPath, reason }) => `\n  - ${propertyPath}: ${reason}`);
  throw new pulumi.InputPropertiesError({
    message: `${component} cannot be created [faults=${faults.length}]. Correct its arguments:${lines.join('')}`,
    errors: [...faults],
  });
}

/** A name that becomes part of a resource name of SNS or SQS, of which `maxLength` characters are left to it. */
export function nameFaults(name: string, maxLength: number): ArgumentFault[] {
  if (/^[\w-]+$/.test(name) && name.length <= maxLength) return [];
  const reason = `must be 1 to ${maxLength} letters, digits, "-" or "_" [length=${name.length}, value=${JSON.stringify(name)}]`;
  return [{ propertyPath: 'name', reason }];
}

export interface WholeNumberArgument {
  readonly propertyPath: string;
  readonly value: pulumi.Input<number> | undefined;
  readonly min: number;
  readonly max: number;
}

/** An absent value takes its default, and one that only the deployment knows is left to AWS: neither is a fault. */
export function wholeNumberFaults({ propertyPath, value, min, max }: WholeNumberArgument): ArgumentFault[] {
  if (value === undefined || !isKnown(value)) return [];
  if (Number.isInteger(value) && value >= min && value <= max) return [];
  return [{ propertyPath, reason: `must be a whole number from ${min} to ${max} [value=${value}]` }];
}

/** Whether the value is there now, rather than after some resource was created. */
export function isKnown<T>(value: pulumi.Input<T>): value is T {
  return !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}

/** The value when it is known in all its parts, also the nested ones; else nothing. */
export function knownValue<T>(value: pulumi.Input<T> | undefined): T | undefined {
  if (value === undefined || !isKnown(value)) return undefined;
  return isWhollyKnown(value) ? value : undefined;
}

function isWhollyKnown(value: unknown): boolean {
  if (!isKnown(value)) return false;
  return typeof value !== 'object' || value === null || Object.values(value).every(isWhollyKnown);
}

export interface TextArgument {
  readonly propertyPath: string;
  readonly value: pulumi.Input<string> | undefined;
  readonly pattern: RegExp;
  /** What the pattern asks for, in words. */
  readonly rule: string;
}

/** An absent or unknown value is no fault. */
export function textFaults({ propertyPath, value, pattern, rule }: TextArgument): ArgumentFault[] {
  const known = knownValue(value);
  if (known === undefined || pattern.test(known)) return [];
  return [{ propertyPath, reason: `must be ${rule} [value=${JSON.stringify(known)}]` }];
}

/** Faults of each element of a list whose elements are known. */
export function listFaults(
  values: pulumi.Input<readonly pulumi.Input<string>[]> | undefined,
  rule: Omit<TextArgument, 'value'>,
): ArgumentFault[] {
  if (values === undefined || !isKnown(values)) return [];
  return values.flatMap((value, index) =>
    textFaults({ ...rule, value, propertyPath: `${rule.propertyPath}[${index}]` }),
  );
}

/** The same of a list of those whom a policy names. AWS refuses a policy that names nobody. */
export function principalsFaults(
  values: pulumi.Input<readonly pulumi.Input<string>[]> | undefined,
  rule: Omit<TextArgument, 'value'>,
): ArgumentFault[] {
  const isEmpty = values !== undefined && isKnown(values) && values.length === 0;
  return [
    ...faultIf(isEmpty, rule.propertyPath, 'must not be empty: leave it out'),
    ...listFaults(values, rule),
  ];
}

// CloudWatch takes no more for an alarm.
const MAX_ALARM_ACTIONS = 5;

export function alarmActionsFaults(
  actions: pulumi.Input<pulumi.Input<string>[]> | undefined,
): ArgumentFault[] {
  const count = actions !== undefined && isKnown(actions) ? actions.length : 0;
  return faultIf(
    count > MAX_ALARM_ACTIONS,
    'alarmActions',
    `has at most ${MAX_ALARM_ACTIONS} actions [length=${count}]`,
  );
}

/** A choice of words; whoever writes JavaScript has no compiler to say so. */
export function choiceFaults(
  propertyPath: string,
  value: string | undefined,
  choices: readonly string[],
): ArgumentFault[] {
  if (value === undefined || choices.includes(value)) return [];
  const words = choices.map((choice) => `"${choice}"`).join(' or ');
  return [{ propertyPath, reason: `must be ${words} [value=${JSON.stringify(value)}]` }];
}

/** A fault with this reason where `wrong` holds. */
export function faultIf(wrong: boolean, propertyPath: string, reason: string): ArgumentFault[] {
  return wrong ? [{ propertyPath, reason }] : [];
}

export function keyFaults(
  kmsKeyArn: pulumi.Input<string> | undefined,
  encryption: string | undefined,
): ArgumentFault[] {
  return [
    ...textFaults({ ...KMS_KEY, propertyPath: 'kmsKeyArn', value: kmsKeyArn }),
    ...faultIf(
      kmsKeyArn !== undefined && encryption !== undefined && encryption !== 'customerKey',
      'encryption',
      `must be "customerKey" with kmsKeyArn, or absent [value=${JSON.stringify(encryption)}]`,
    ),
  ];
}
