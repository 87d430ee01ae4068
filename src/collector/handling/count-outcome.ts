import { COLLECTOR_METRICS } from '../../common/telemetry/metrics.ts';
import { measure } from '../../common/telemetry/open-telemetry-measure.ts';
import type { QueuedMessage } from '../decode/queued-message.ts';
import type { MessageOutcome } from './message-processor.ts';

/** Counts what a message came to. */
export function countOutcome(collector: string, queued: QueuedMessage, outcome: MessageOutcome): void {
  const labels = { collector, topic: outcome.ids?.topic ?? 'unknown' };
  if (outcome.kind === 'failed') measure(COLLECTOR_METRICS.failures, 1, labels);
  if (outcome.kind === 'parked' || (outcome.kind === 'settled' && outcome.refusal))
    measure(COLLECTOR_METRICS.refused, 1, { ...labels, code: outcome.refusal?.code ?? 'unknown' });
  if (outcome.kind !== 'settled') return;
  measure(COLLECTOR_METRICS.events, 1, { ...labels, outcome: outcome.how });
  if (queued.sentAt !== undefined)
    // By SQS's clock and this machine's.
    measure(COLLECTOR_METRICS.lag, Math.max(0, Date.now() - queued.sentAt) / 1_000, labels);
}
