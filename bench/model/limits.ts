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
export const SNS_MESSAGES_PER_SECOND: Readonly<Record<string, Sourced>> = {
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
  memoryShare: {
    value: 0.5,
    kind: 'assumed',
    what: "of a worker's memory, beyond what it needs anyway, is for cached publishers",
    source: 'as the executable has it',
  },
} as const satisfies Readonly<Record<string, Sourced>>;

/** In dollars. */
export const PRICES = {
  million_actions: {
    value: 25,
    kind: 'assumed',
    what: 'dollars for a million actions, the last published tier, 100 to 200 million a month. The first 5 million cost 50 each, what comes beyond is negotiated',
    source: TEMPORAL_PRICING,
  },
  retained_gigabyte_hour: {
    value: 0.00105,
    kind: 'assumed',
    what: 'dollars for a gigabyte of closed histories for an hour; a namespace keeps them for 30 days unless told otherwise',
    source: TEMPORAL_PRICING,
  },
  million_sns_messages: {
    value: 0.3,
    kind: 'assumed',
    what: 'dollars for a million FIFO publishes, from a secondary source; deliveries and payload come on top',
    source: 'https://aws.amazon.com/sns/pricing/',
  },
  vcpu_hour: {
    value: 0.04048,
    kind: 'assumed',
    what: 'dollars for a vCPU of Fargate for an hour, us-east-1, from a secondary source',
    source: 'https://aws.amazon.com/fargate/pricing/',
  },
  memory_gigabyte_hour: {
    value: 0.004445,
    kind: 'assumed',
    what: 'dollars for a gigabyte of Fargate for an hour, us-east-1, from a secondary source',
    source: 'https://aws.amazon.com/fargate/pricing/',
  },
} as const satisfies Readonly<Record<string, Sourced>>;
