import * as pulumi from '@pulumi/pulumi';
import { type ArgumentFault, choiceFaults, faultIf } from './components/argument-faults.ts';

/** What a stack may configure: the keys of the `config` section of `Pulumi.yaml`, where each is described. */
export interface ShopSettings {
  /** Aggregate names. */
  readonly eventTopics: string[];
  /** Each collects the events of all topics. */
  readonly eventCollectors: string[];
  readonly encryption: 'awsManaged' | 'customerKey';
  /** Absent when there are none, and then no alarms either. */
  readonly alarmActions?: string[];
  readonly claimCheck: boolean;
  readonly deadLetterQueues: boolean;
  /** Absent when there are none. */
  readonly tags?: Record<string, string>;
}

/** The same as in `Pulumi.yaml`, for programs that run without it: those of tests. */
const DEFAULTS = {
  eventTopics: ['Customer', 'Order'],
  eventCollectors: ['ReadModel', 'Notification'],
  encryption: 'awsManaged',
  alarmActions: [],
  claimCheck: false,
  deadLetterQueues: false,
  tags: {},
};

type Values = Readonly<Record<keyof typeof DEFAULTS, unknown>>;

// CloudWatch takes no more for an alarm.
const MAX_ALARM_ACTIONS = 5;
const ARN = /^arn:[\w-]+:[\w-]+:[\w-]*:[\w-]*:\S+$/;

// What is left of the name of a collector's dead-letter queue.
const NAME = /^[\w-]{1,51}$/;
const NAME_RULE = 'must be 1 to 51 letters, digits, "-" or "_"';

// What all services here take.
const MAX_TAGS = 50;
const TAG_KEY = /^(?!aws:).{1,128}$/i;
const MAX_TAG_VALUE_LENGTH = 256;

/**
 * Reads the stack's configuration.
 *
 * @throws `pulumi.RunError` that names every fault, also keys that mean nothing. Call it before anything is registered.
 */
export function readSettings(config: pulumi.Config = new pulumi.Config()): ShopSettings {
  const values: Values = { ...DEFAULTS, ...valuesOf(config) };
  const faults = [...unknownKeyFaults(config), ...valueFaults(values)];
  if (faults.length > 0) throw configurationError(config, faults);
  const { alarmActions, tags, ...others } = values as Required<ShopSettings>;
  return {
    ...others,
    ...(alarmActions.length === 0 ? {} : { alarmActions }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
  };
}

function valuesOf(config: pulumi.Config): Partial<Values> {
  const texts = Object.keys(DEFAULTS).map((key) => [key, config.get(key)] as const);
  return Object.fromEntries(texts.flatMap(([key, text]) => (text === undefined ? [] : [[key, parse(text)]])));
}

/** Pulumi hands over lists, objects and booleans as JSON, and text as it is. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A key that is spelt wrongly would otherwise leave its setting at the default, without a word. */
function unknownKeyFaults({ name }: pulumi.Config): ArgumentFault[] {
  const keys = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${name}:`))
    .map((key) => key.slice(name.length + 1));
  const known = Object.keys(DEFAULTS);
  const reason = `is no setting of this program; there are ${known.join(', ')}`;
  return keys.flatMap((key) => faultIf(!known.includes(key), key, reason));
}

function valueFaults(values: Values): ArgumentFault[] {
  const { eventTopics, eventCollectors, encryption, alarmActions, claimCheck, deadLetterQueues, tags } =
    values;
  const noTopic = Array.isArray(eventTopics) && eventTopics.length === 0;
  return [
    ...namesFaults('eventTopics', eventTopics),
    ...faultIf(noTopic, 'eventTopics', 'must hold at least one name'),
    ...namesFaults('eventCollectors', eventCollectors),
    ...choiceFaults('encryption', encryption as string, ['awsManaged', 'customerKey']),
    ...alarmActionsFaults(alarmActions),
    ...booleanFaults('claimCheck', claimCheck),
    ...booleanFaults('deadLetterQueues', deadLetterQueues),
    ...tagsFaults(tags),
  ];
}

function namesFaults(key: string, names: unknown): ArgumentFault[] {
  if (!Array.isArray(names))
    return [{ propertyPath: key, reason: `must be a list of names ${quoted(names)}` }];
  return names.flatMap((name: unknown, index) => [
    ...faultIf(!isName(name), `${key}[${index}]`, `${NAME_RULE} ${quoted(name)}`),
    ...faultIf(names.indexOf(name) !== index, `${key}[${index}]`, `repeats a name ${quoted(name)}`),
  ]);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && NAME.test(value);
}

function booleanFaults(key: string, value: unknown): ArgumentFault[] {
  return faultIf(typeof value !== 'boolean', key, `must be true or false ${quoted(value)}`);
}

function alarmActionsFaults(actions: unknown): ArgumentFault[] {
  if (!Array.isArray(actions))
    return [{ propertyPath: 'alarmActions', reason: `must be a list of ARNs ${quoted(actions)}` }];
  const tooMany = `must hold at most ${MAX_ALARM_ACTIONS} [length=${actions.length}]`;
  return [
    ...faultIf(actions.length > MAX_ALARM_ACTIONS, 'alarmActions', tooMany),
    ...actions.flatMap((action: unknown, index) =>
      faultIf(!isArn(action), `alarmActions[${index}]`, `must be an ARN ${quoted(action)}`),
    ),
  ];
}

function isArn(value: unknown): boolean {
  return typeof value === 'string' && ARN.test(value);
}

function tagsFaults(tags: unknown): ArgumentFault[] {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags))
    return [{ propertyPath: 'tags', reason: `must be an object of tags ${quoted(tags)}` }];
  const count = Object.keys(tags).length;
  return [
    ...faultIf(count > MAX_TAGS, 'tags', `must hold at most ${MAX_TAGS} [tags=${count}]`),
    ...Object.entries(tags).flatMap(([key, value]) => tagFaults(key, value)),
  ];
}

function tagFaults(key: string, value: unknown): ArgumentFault[] {
  const isValue = typeof value === 'string' && value.length <= MAX_TAG_VALUE_LENGTH;
  const keyRule = 'must have a key of 1 to 128 characters that does not begin with "aws:"';
  const valueRule = `must be text of at most ${MAX_TAG_VALUE_LENGTH} characters`;
  return [
    ...faultIf(!TAG_KEY.test(key), `tags.${key}`, keyRule),
    ...faultIf(!isValue, `tags.${key}`, `${valueRule} ${quoted(value)}`),
  ];
}

function quoted(value: unknown): string {
  return `[value=${JSON.stringify(value)}]`;
}

/** Not an error of its own kind: of a `RunError` Pulumi shows the message alone, without a stack trace. */
function configurationError({ name }: pulumi.Config, faults: readonly ArgumentFault[]): pulumi.RunError {
  const lines = faults.map(({ propertyPath, reason }) => `\n  - ${name}:${propertyPath}: ${reason}`);
  return new pulumi.RunError(
    `The configuration of the stack is wrong [faults=${faults.length}]. Correct it with \`pulumi config\`:${lines.join('')}`,
  );
}
