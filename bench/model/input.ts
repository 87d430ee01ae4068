import { LINGER_MS } from '../../src/common/defaults.ts';
import { grouped } from './format.ts';
import { ASSUMED, SNS_MESSAGES_PER_SECOND } from './limits.ts';
import { Refusal } from './refusal.ts';

/** What somebody wants to publish, and how. */
export interface ScaleInput {
  readonly eventsPerSecond: number;
  /** Aggregates that have events at all; those that have none cost nothing. */
  readonly aggregates: number;
  /** Publishers that share them. Default: a publisher for each aggregate. */
  readonly partitions?: number;
  /** How unequal aggregates are: the nth busiest has 1 / n^zipf of the busiest one's events. 0: all alike. Default: 0.8 (assumed). */
  readonly zipf?: number;
  /** Events of one aggregate that a call of `publish` carries. Default: 1. */
  readonly eventsPerCall?: number;
  /** Size of an event as SNS gets it, in bytes. Only the price depends on it. Default: 291, as in the benchmark. */
  readonly eventBytes?: number;
  /** Processes that publish. Each sends one signal at a time to a publisher; calls meanwhile ride in the next. Default: 2. */
  readonly clients?: number;
  /** How long an idle publisher stays open, in seconds. Default: 600. */
  readonly lingerSeconds?: number;
  /** Round trip to Temporal, in milliseconds. Default: 20 (assumed). */
  readonly temporalMs?: number;
  /** Round trip to SNS, in milliseconds. Default: 15 (assumed). */
  readonly snsMs?: number;
  /** Batches of one aggregate's events (`sameAggregateBatching`). Default: false. */
  readonly sameAggregateBatching?: boolean;
  /** AWS region, for SNS's quota: `us-east-1`, `us-west-2`, `eu-west-1`, `other`. Default: `us-east-1`. */
  readonly region?: string;
  /** The topic's `throughputScope` is `Topic`. Default: false, it is `MessageGroup`, as the component has it. */
  readonly topicScope?: boolean;
  /** Of one worker. Default: 1, as `EventTopicWorker` has it. */
  readonly workerVcpu?: number;
  /** Of one worker, in GB. Default: 2, as `EventTopicWorker` has it. */
  readonly workerGb?: number;
  /** How long Temporal keeps closed histories, in days. Default: 30. */
  readonly retentionDays?: number;
}

export type ResolvedInput = Required<Omit<ScaleInput, 'partitions'>> & Pick<ScaleInput, 'partitions'>;

/** As SNS gets them. */
export const BENCHMARK_EVENT_BYTES = 291;

const DEFAULTS = {
  zipf: 0.8,
  eventsPerCall: 1,
  eventBytes: BENCHMARK_EVENT_BYTES,
  clients: 2,
  lingerSeconds: LINGER_MS / 1_000,
  temporalMs: ASSUMED.temporalMs.value,
  snsMs: ASSUMED.snsMs.value,
  sameAggregateBatching: false,
  region: 'us-east-1',
  topicScope: false,
  workerVcpu: 1,
  workerGb: 2,
  retentionDays: 30,
} as const;

/** Fills in defaults. Throws a `Refusal` with all that is wrong. */
export function resolveInput(input: ScaleInput): ResolvedInput {
  const faults = inputFaults(input);
  if (faults.length > 0) throw new Refusal(faults);
  return { ...DEFAULTS, ...input };
}

/** What is wrong with an input, by the names of the command's options. `texts`: what was typed, by the same names. */
export function inputFaults(
  input: Partial<ScaleInput>,
  texts: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const missing = REQUIRED.filter((name) => input[name] === undefined);
  const names = Object.keys(BOUNDS) as NumberName[];
  const wrong = names.filter((name) => !isWithin(BOUNDS[name], input[name]));
  return [
    ...missing.map((name) => `${optionOf(name)} is missing`),
    ...wrong.map(
      (name) =>
        `${optionOf(name)} is ${described(BOUNDS[name])}, not ${texts.get(optionOf(name)) ?? input[name]}`,
    ),
    ...regionFaults(input),
  ];
}

/** `eventsPerSecond` as `--events-per-second`. */
export function optionOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const REQUIRED = ['eventsPerSecond', 'aggregates'] as const;

type NumberName = {
  [Name in keyof ScaleInput]-?: NonNullable<ScaleInput[Name]> extends number ? Name : never;
}[keyof ScaleInput];

interface Bounds {
  readonly from: number;
  readonly to: number;
  readonly isWhole?: boolean;
}

/** Beyond them the answer would be none: of what nobody has, or of what the model was never made for. */
const BOUNDS: Readonly<Record<NumberName, Bounds>> = {
  eventsPerSecond: { from: 0.001, to: 1_000_000 },
  aggregates: { from: 1, to: 1e12, isWhole: true },
  // As defineEventTopic has it.
  partitions: { from: 1, to: 1_000, isWhole: true },
  zipf: { from: 0, to: 5 },
  // As many as an activity of a partition takes.
  eventsPerCall: { from: 1, to: 500, isWhole: true },
  // What SNS bills as one request.
  eventBytes: { from: 1, to: 65_536, isWhole: true },
  clients: { from: 1, to: 10_000, isWhole: true },
  lingerSeconds: { from: 1, to: 86_400 },
  temporalMs: { from: 0.1, to: 10_000 },
  snsMs: { from: 0.1, to: 10_000 },
  // The smallest task of Fargate; less hardly bears a worker that has nothing to do.
  workerVcpu: { from: 0.25, to: 64 },
  workerGb: { from: 0.5, to: 1_024 },
  // As Temporal Cloud has it.
  retentionDays: { from: 0, to: 90 },
};

function isWithin({ from, to, isWhole = false }: Bounds, value: number | undefined): boolean {
  if (value === undefined) return true;
  return value >= from && value <= to && (Number.isInteger(value) || !isWhole);
}

function described({ from, to, isWhole = false }: Bounds): string {
  return `a ${isWhole ? 'whole ' : ''}number from ${from} to ${grouped(to)}`;
}

function regionFaults({ region }: Partial<ScaleInput>): readonly string[] {
  const regions = Object.keys(SNS_MESSAGES_PER_SECOND);
  if (region === undefined || regions.includes(region)) return [];
  return [`--region is one of ${regions.join(', ')}, not ${region}; other has the quota of all the rest`];
}
