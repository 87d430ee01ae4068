import type { Results } from './results.ts';
import { type Row, rounded } from './tables.ts';

/** US dollars. */
export interface Prices {
  /** Per million requests to a FIFO topic of up to 64 KB each, Publish and PublishBatch alike. Larger ones are billed as several; the benchmark's are not larger. */
  readonly snsRequests: number;
  /** Per GB that is published to a FIFO topic. */
  readonly snsPublishedGb: number;
  /** Per million messages that a FIFO topic delivers to a queue. */
  readonly snsDeliveries: number;
  /** Per GB that a FIFO topic delivers. */
  readonly snsDeliveredGb: number;
  /** Per million requests to a FIFO queue, of up to 64 KB each. */
  readonly sqsRequests: number;
  /** Per million actions of Temporal Cloud. */
  readonly temporalActions: number;
  /** Per GB of closed histories that Temporal Cloud keeps for an hour. */
  readonly temporalGbHours: number;
}

/**
 * Of us-east-1, without free tiers. AWS's pages could not be read when these were collected, in November 2026, so its prices are what others quote; check them.
 *
 * - SNS: https://aws.amazon.com/sns/pricing/ as quoted by https://dev.to/aws-builders/standard-vs-fifo-sns-sqs-38ld (2022, and the same in 2023);
 *   of June 2026 only the 0.30 was found. That PublishBatch counts as one request is that quote's, and AWS's own guide says that batches cost up to ten times less.
 * - SQS: https://aws.amazon.com/sqs/pricing/ as quoted by two articles of March and June 2026.
 * - Temporal Cloud: https://docs.temporal.io/cloud/pricing, pay as you go: 50 for the first 5 million a month, 25 from 100 to 200 million; bench/model/limits.ts has all tiers.
 */
export const PRICES: Prices = {
  snsRequests: 0.3,
  snsPublishedGb: 0.017,
  snsDeliveries: 0.01,
  snsDeliveredGb: 0.001,
  sqsRequests: 0.5,
  temporalActions: 50,
  temporalGbHours: 0.00105,
};

/** What is not measured, and the same for all. */
export interface Assumptions {
  readonly collectors: number;
  /** Receives and deletes, per event and collector. */
  readonly sqsRequestsPerEvent: number;
  /** How long closed histories are kept. */
  readonly retentionDays: number;
}

/**
 * One collector; what every consumer of the workload `collect` came to on 2026-11-28 (ten messages a receive, ten a delete); and the retention that
 * Temporal Cloud's `tcld namespace create` gives a namespace.
 */
export const ASSUMED: Assumptions = { collectors: 1, sqsRequestsPerEvent: 0.2, retentionDays: 30 };

/** What is measured of a contender. */
export interface Counts {
  readonly snsCallsPerEvent: number;
  readonly bodyBytesPerEvent: number;
  readonly actionsPerEvent: number;
  readonly historyBytesPerEvent: number;
}

/** Dollars per million events. */
export interface Dollars {
  readonly sns: number;
  readonly sqs: number;
  readonly actions: number;
  /** Of histories. */
  readonly storage: number;
  readonly total: number;
}

const BYTES_PER_GB = 1e9;
const MILLION = 1e6;

export function dollarsPerMillion(
  counts: Counts,
  prices: Prices,
  { collectors, sqsRequestsPerEvent, retentionDays }: Assumptions = ASSUMED,
): Dollars {
  const gb = gbOfMillion(counts.bodyBytesPerEvent);
  const published = counts.snsCallsPerEvent * prices.snsRequests + gb * prices.snsPublishedGb;
  const sns = published + collectors * (prices.snsDeliveries + gb * prices.snsDeliveredGb);
  const sqs = collectors * sqsRequestsPerEvent * prices.sqsRequests;
  const actions = counts.actionsPerEvent * prices.temporalActions;
  const storage = gbOfMillion(counts.historyBytesPerEvent) * retentionDays * 24 * prices.temporalGbHours;
  return { sns, sqs, actions, storage, total: sns + sqs + actions + storage };
}

function gbOfMillion(bytes: number): number {
  return (bytes * MILLION) / BYTES_PER_GB;
}

/** What is not in the table: it depends on what runs already, and where. */
export const NOT_IN_DOLLARS =
  "Not in it: machines (workers, relays, PostgreSQL, a Temporal of one's own instead of the Cloud), plans and support, KMS, message attributes.";

/** A row for each contender of each workload whose calls of SNS were counted. */
export function moneyTable(results: Results, prices: Prices): readonly Row[] {
  return results.workloads.flatMap((workload) =>
    results.contendersOf(workload).flatMap((contender) => {
      const counts = countsOf(results, workload, contender);
      if (!counts) return [];
      const { sns, sqs, actions, storage, total } = dollarsPerMillion(counts, prices);
      const row: Row = {
        workload,
        contender,
        SNS: rounded(sns),
        SQS: rounded(sqs),
        actions: rounded(actions),
        storage: rounded(storage),
        total: rounded(total),
      };
      return [row];
    }),
  );
}

function countsOf(results: Results, workload: string, contender: string): Counts | undefined {
  const value = (name: string): number | undefined => results.value(workload, contender, name);
  const snsCallsPerEvent = value('snsCallsPerEvent');
  const bodyBytesPerEvent = value('bodyBytesPerEvent');
  if (snsCallsPerEvent === undefined || bodyBytesPerEvent === undefined) return undefined;
  // Who does not use Temporal has neither.
  const [actionsPerEvent, historyBytesPerEvent] = [
    value('actionsPerEvent') ?? 0,
    value('historyBytesPerEvent') ?? 0,
  ];
  return { snsCallsPerEvent, bodyBytesPerEvent, actionsPerEvent, historyBytesPerEvent };
}
