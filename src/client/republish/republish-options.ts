import { describe, invalidArgument, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import type { Operator } from '../../common/protocol/operate.ts';
import type { RepublishSelection } from '../../common/protocol/republish.ts';

/** Who republishes, and how. */
export interface RepublishOptions extends Operator {
  /** Events per second at most, 0.1 to 10,000. Default: 100. */
  readonly rate?: number;
  /**
   * Name of the collector that is meant: the value of the SNS attribute `republished`, for its filter policy; 1 to 80 letters, digits, `-` or `_`.
   * Default: `all`.
   */
  readonly audience?: string;
}

const SELECTION_KEYS: KeysOf<RepublishSelection> = {
  ids: true,
  all: true,
  fromTime: true,
  toTime: true,
  fromPosition: true,
  toPosition: true,
  eventTypes: true,
};

const OPTION_KEYS: KeysOf<RepublishOptions> = { actor: true, reason: true, rate: true, audience: true };

/** Throws `INVALID_ARGUMENT` with every fault. */
export function checkRepublish(selection: unknown, options: unknown): void {
  const faults = [
    ...optionFaults(selection, SELECTION_KEYS, 'selection'),
    ...(isRecord(selection) ? selectionFaults(selection) : []),
    ...optionFaults(options, OPTION_KEYS, 'options'),
    ...(isRecord(options) ? faultsOf(options) : []),
  ];
  if (faults.length > 0) throw invalidArgument('republish(selection, options)', faults);
}

function selectionFaults(selection: Readonly<Record<string, unknown>>): readonly string[] {
  const { ids, all, fromTime, toTime, fromPosition, toPosition, eventTypes } = selection;
  const isEither = (ids === undefined) !== (all === undefined);
  return [
    ...(isEither ? [] : ['selection has either ids or all: true']),
    ...(all === undefined || all === true ? [] : [`selection.all is true, not ${describe(all)}`]),
    ...textsFaults('ids', ids),
    ...textsFaults('eventTypes', eventTypes),
    ...rangeFaults({ fromTime, toTime }, isTime, 'an ISO time'),
    ...rangeFaults({ fromPosition, toPosition }, isPosition, 'a whole number from 1'),
  ];
}

function textsFaults(key: string, value: unknown): readonly string[] {
  const isTexts =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((text) => typeof text === 'string' && text !== '');
  return value === undefined || isTexts
    ? []
    : [`selection.${key} is an array of texts, at least one, not ${describe(value)}`];
}

/** From and to, in that order. */
function rangeFaults(
  range: Readonly<Record<string, unknown>>,
  isValid: (value: unknown) => boolean,
  what: string,
): readonly string[] {
  const wrong = Object.entries(range).filter(([, value]) => value !== undefined && !isValid(value));
  if (wrong.length > 0)
    return wrong.map(([key, value]) => `selection.${key} is ${what}, not ${describe(value)}`);
  const [[from, first], [to, last]] = Object.entries(range) as [[string, never], [string, never]];
  const isTurned = first !== undefined && last !== undefined && comparable(first) > comparable(last);
  return isTurned ? [`selection.${from} is behind selection.${to}`] : [];
}

function comparable(value: string | number): number {
  return typeof value === 'number' ? value : Date.parse(value);
}

function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function isPosition(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1;
}

function faultsOf({
  actor,
  reason,
  rate = 1,
  audience = 'all',
}: Readonly<Record<string, unknown>>): readonly string[] {
  const isSigned = [actor, reason].every((text) => typeof text === 'string' && text !== '');
  const isRate = typeof rate === 'number' && rate >= 0.1 && rate <= 10_000;
  const isName = typeof audience === 'string' && /^[A-Za-z0-9_-]{1,80}$/.test(audience);
  return [
    ...(isSigned ? [] : ['options.actor and options.reason say who republishes, and why']),
    ...(isRate
      ? []
      : [`options.rate is a number of events per second from 0.1 to 10000, not ${describe(rate)}`]),
    ...(isName ? [] : [`options.audience is 1 to 80 letters, digits, - or _, not ${describe(audience)}`]),
  ];
}
