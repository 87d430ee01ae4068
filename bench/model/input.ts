import { LINGER_MS } from '../../src/common/defaults.ts';
import { ASSUMED, SNS_MESSAGES_PER_SECOND } from './limits.ts';

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

const DEFAULTS = {
  zipf: 0.8,
  eventsPerCall: 1,
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

/** Fills in defaults. Throws with all that is wrong. */
export function resolveInput(input: ScaleInput): ResolvedInput {
  const resolved = { ...DEFAULTS, ...input };
  const faults = [...numberFaults(resolved), ...regionFaults(resolved)];
  if (faults.length > 0) throw new TypeError(faults.join('; '));
  return resolved;
}

const MAY_BE_NOTHING = new Set(['zipf', 'retentionDays']);
const WHOLE = new Set(['aggregates', 'partitions', 'clients', 'eventsPerCall']);

function numberFaults(input: ResolvedInput): string[] {
  return Object.entries(input).flatMap(([name, value]) => {
    if (typeof value !== 'number') return [];
    const isLarge = MAY_BE_NOTHING.has(name) ? value >= 0 : value > 0;
    const isFit = Number.isFinite(value) && isLarge && (Number.isInteger(value) || !WHOLE.has(name));
    return isFit ? [] : [`${name} is a ${WHOLE.has(name) ? 'whole ' : ''}number above 0, not ${value}`];
  });
}

function regionFaults({ region }: ResolvedInput): string[] {
  const regions = Object.keys(SNS_MESSAGES_PER_SECOND);
  return regions.includes(region) ? [] : [`region is one of ${regions.join(', ')}, not ${region}`];
}
