import { PRICES as BENCHMARK_PRICES } from '../money.ts';

/** A number, and where it comes from. */
export interface Sourced {
  readonly value: number;
  /** `quota`: the service enforces it. `advice`: nobody does. `measured`: here. `assumed`: by us. */
  readonly kind: 'quota' | 'advice' | 'measured' | 'assumed';
  readonly what: string;
  /** Where it stands, as of November 2026. */
  readonly source: string;
}

const TEMPORAL_LIMITS = 'https://docs.temporal.io/cloud/limits';
const TEMPORAL_CAPACITY = 'https://docs.temporal.io/cloud/capacity-modes';
const TEMPORAL_PRICING = 'https://docs.temporal.io/cloud/pricing';
const SNS_PRICING = 'https://aws.amazon.com/sns/pricing/';
const FARGATE_PRICING = 'https://aws.amazon.com/fargate/pricing/';
const SNS_QUOTAS = 'https://docs.aws.amazon.com/general/latest/gr/sns.html';

export const LIMITS = {
  actionsPerSecond: {
    value: 500,
    kind: 'quota',
    what: 'Temporal Cloud, actions per second of a namespace, where it starts',
    source: TEMPORAL_LIMITS,
  },
  requestsPerSecond: {
    value: 2_000,
    kind: 'quota',
    what: 'Temporal Cloud, requests per second of a namespace, where it starts',
    source: TEMPORAL_CAPACITY,
  },
  snsMessagesPerSecondOfTopic: {
    value: 3_000,
    kind: 'quota',
    what: "SNS FIFO, messages per second of a topic with `throughputScope: 'Topic'`",
    source: SNS_QUOTAS,
  },
  snsMessagesPerSecondOfGroup: {
    value: 300,
    kind: 'quota',
    what: 'SNS FIFO, messages per second of one message group, which is one aggregate; cannot be raised',
    source: SNS_QUOTAS,
  },
  signalsPerSecondOfPublisher: {
    value: 5,
    kind: 'advice',
    what: 'Temporal, signals per second of one workflow, sustained',
    source: 'https://github.com/temporalio/documentation/issues/3665',
  },
} as const satisfies Readonly<Record<string, Sourced>>;

/** SNS FIFO, messages (not requests) per second, of an account in a region, all its topics together. Raised on request. */
export const SNS_MESSAGES_PER_SECOND: Readonly<Record<string, Sourced>> & { readonly other: Sourced } = {
  'us-east-1': snsQuota(30_000, 'us-east-1'),
  'us-west-2': snsQuota(9_000, 'us-west-2 and eu-west-1, each'),
  'eu-west-1': snsQuota(9_000, 'us-west-2 and eu-west-1, each'),
  other: snsQuota(3_000, 'another region'),
};

function snsQuota(value: number, region: string): Sourced {
  return {
    value,
    kind: 'quota',
    what: `SNS FIFO, messages per second of an account in ${region}`,
    source: SNS_QUOTAS,
  };
}

/** What the input leaves open. */
export const ASSUMED = {
  temporalMs: {
    value: 20,
    kind: 'assumed',
    what: 'milliseconds for a round trip to Temporal: its own median for SignalWithStart in January 2026 was 19',
    source: 'https://docs.temporal.io/cloud/service-availability',
  },
  snsMs: {
    value: 15,
    kind: 'assumed',
    what: 'milliseconds for a round trip to SNS: what the benchmark gives its stub',
    source: 'bench/rig.ts',
  },
  utilisation: {
    value: 0.6,
    kind: 'assumed',
    what: "of a worker's CPU is planned for",
    source: 'room for a worker that dies, and for a peak',
  },
  usableVcpu: {
    value: 2,
    kind: 'assumed',
    what: 'vCPU of a worker are counted at most',
    source: 'one thread decides for all its publishers, another does all else; measured up to 1.1 cores',
  },
} as const satisfies Readonly<Record<string, Sourced>>;

/** Actions of a month, in millions, up to which one costs so much; what comes beyond is negotiated, and taken at the last price. */
export const ACTION_TIERS = [
  { upTo: 5, dollarsPerMillion: 50 },
  { upTo: 10, dollarsPerMillion: 45 },
  { upTo: 20, dollarsPerMillion: 40 },
  { upTo: 50, dollarsPerMillion: 35 },
  { upTo: 100, dollarsPerMillion: 30 },
  { upTo: Number.POSITIVE_INFINITY, dollarsPerMillion: 25 },
] as const;

/** In dollars. Those of SNS and of histories are the benchmark's. */
export const PRICES = {
  million_actions: {
    value: ACTION_TIERS[0].dollarsPerMillion,
    kind: 'assumed',
    what: 'dollars for a million actions, the first 5 million of a month; 45 up to 10 million, 40 to 20, 35 to 50, 30 to 100, 25 to 200; beyond that it is negotiated, and taken at 25. So on the Business plan and above; on the Developer plan 50 at every volume',
    source: TEMPORAL_PRICING,
  },
  retained_gigabyte_hour: {
    value: BENCHMARK_PRICES.temporalGbHours,
    kind: 'assumed',
    what: 'dollars for a gigabyte of closed histories for an hour; a namespace keeps them for 30 days unless told otherwise',
    source: TEMPORAL_PRICING,
  },
  million_sns_requests: {
    value: BENCHMARK_PRICES.snsRequests,
    kind: 'assumed',
    what: 'dollars for a million requests to a FIFO topic, of up to 64 KB each, a batch being one',
    source: SNS_PRICING,
  },
  sns_published_gigabyte: {
    value: BENCHMARK_PRICES.snsPublishedGb,
    kind: 'assumed',
    what: 'dollars for a gigabyte that is published, both from secondary sources; deliveries and what they carry come on top',
    source: SNS_PRICING,
  },
  vcpu_hour: {
    value: 0.04048,
    kind: 'assumed',
    what: 'dollars for a vCPU of Fargate for an hour, us-east-1, from a secondary source',
    source: FARGATE_PRICING,
  },
  memory_gigabyte_hour: {
    value: 0.004445,
    kind: 'assumed',
    what: 'dollars for a gigabyte of Fargate for an hour, us-east-1, from a secondary source',
    source: FARGATE_PRICING,
  },
} as const satisfies Readonly<Record<string, Sourced>>;
