import { SNS_MAX_BATCH_ENTRIES } from '../../src/common/defaults.ts';
import type { ResolvedInput } from './input.ts';
import { LIMITS, SNS_MESSAGES_PER_SECOND, type Sourced } from './limits.ts';
import type { Measured } from './measured.ts';
import { actionsOf, requestsOf, type Traffic } from './traffic.ts';

/** How much of a limit is used. */
export interface Use {
  readonly limit: LimitName;
  readonly what: string;
  readonly kind: Sourced['kind'];
  readonly needed: number;
  readonly available: number;
  /** Needed by available: above 1 it does not fit. */
  readonly share: number;
  readonly source: string;
  /** What to do about it. */
  readonly remedy: string;
}

export type LimitName =
  | 'temporal actions'
  | 'temporal requests'
  | 'SNS messages'
  | 'SNS topic'
  | 'SNS message group'
  | 'one aggregate'
  | 'one partition'
  | 'signals of a publisher';

/** Every limit, the one that binds first before the others; advice comes last, for nobody enforces it. */
export function usesOf(traffic: Traffic, input: ResolvedInput, measured: Measured): readonly Use[] {
  const uses = [...temporalUses(traffic), ...snsUses(traffic, input), ...ownUses(traffic, input, measured)];
  const rank = ({ kind }: Use): number => (kind === 'advice' ? 1 : 0);
  return uses.toSorted((a, b) => rank(a) - rank(b) || b.share - a.share);
}

function temporalUses(traffic: Traffic): readonly Use[] {
  return [
    use('temporal actions', LIMITS.actionsPerSecond, {
      needed: actionsOf(traffic),
      remedy:
        'Partitions, as few as carry the load; several events per call. It follows your usage of 7 days (the lesser of 4 × mean and 2 × P90): grow slowly, provision units of 500 up to 6,000 before a start or an import, ask for more.',
    }),
    use('temporal requests', LIMITS.requestsPerSecond, {
      needed: requestsOf(traffic),
      remedy: 'It grows with the actions: the same.',
    }),
    use('signals of a publisher', LIMITS.signalsPerSecondOfPublisher, {
      needed: traffic.mostSignals,
      remedy: 'Fewer and larger calls of `publish`, or more partitions.',
    }),
  ];
}

function snsUses({ busiestAggregate }: Traffic, input: ResolvedInput): readonly Use[] {
  const quota = SNS_MESSAGES_PER_SECOND[input.region] ?? SNS_MESSAGES_PER_SECOND.other;
  const { eventsPerSecond, topicScope } = input;
  const ofTopic = use('SNS topic', LIMITS.snsMessagesPerSecondOfTopic, {
    needed: eventsPerSecond,
    remedy: "`throughputScope: 'MessageGroup'`; there is no way back.",
  });
  return [
    use('SNS messages', quota, {
      needed: eventsPerSecond,
      remedy: 'Have it raised: Service Quotas, SNS. It counts messages, not requests: batches do not help.',
    }),
    use('SNS message group', LIMITS.snsMessagesPerSecondOfGroup, {
      needed: busiestAggregate,
      remedy: 'Nobody raises it: split the aggregate.',
    }),
    ...(topicScope ? [ofTopic] : []),
  ];
}

function ownUses(traffic: Traffic, input: ResolvedInput, measured: Measured): readonly Use[] {
  const { from, roundTripsOfOneAggregate, eventsPerSecondOfOnePartition } = measured;
  const ofAggregate: Sourced = {
    value: boundOfOneAggregate(input, measured),
    kind: 'measured',
    what: "one aggregate's events leave one after the other",
    source: `${from}: ${roundTripsOfOneAggregate.toFixed(2)} events per round trip to SNS`,
  };
  const ofPartition: Sourced = {
    value: eventsPerSecondOfOnePartition,
    kind: 'measured',
    what: 'events per second that one partition has reached',
    source: `${from}: the machine's CPU stopped it`,
  };
  const aggregate = use('one aggregate', ofAggregate, {
    needed: traffic.busiestAggregate,
    remedy: 'Bring the worker closer to SNS, split the aggregate, or take `sameAggregateBatching`.',
  });
  const partition = use('one partition', ofPartition, {
    needed: traffic.busiestPublisher,
    remedy:
      'More partitions; where the actions allow no more, more capacity units of Temporal, or calls with more events.',
  });
  return input.partitions === undefined ? [aggregate] : [aggregate, partition];
}

/** Events per second that one aggregate can have: SNS's round trip, times ten in batches of its own. */
export function boundOfOneAggregate(
  { snsMs, sameAggregateBatching }: Pick<ResolvedInput, 'snsMs' | 'sameAggregateBatching'>,
  { roundTripsOfOneAggregate }: Measured,
): number {
  const alone = (roundTripsOfOneAggregate * 1_000) / snsMs;
  return sameAggregateBatching ? alone * SNS_MAX_BATCH_ENTRIES : alone;
}

function use(
  limit: LimitName,
  { value, kind, what, source }: Sourced,
  { needed, remedy }: { readonly needed: number; readonly remedy: string },
): Use {
  return { limit, what, kind, needed, available: value, share: needed / value, source, remedy };
}
