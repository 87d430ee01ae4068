import { COLLECTOR_METRICS } from '../../common/telemetry/metrics.ts';
import { measure } from '../../common/telemetry/opentelemetry-measure.ts';
import type { QueuedMessage } from '../decode/queued-message.ts';

/** The part of a message's outcome that is counted. */
interface Outcome {
  readonly kind: 'settled' | 'failed' | 'parked' | 'interrupted';
  readonly how?: string;
  readonly refusal?: { readonly code: string };
  readonly ids?: { readonly topic: string };
}

/** Counts what a message came to. */
export function countOutcome(collector: string, queued: QueuedMessage, outcome: Outcome): void {
  const labels = { collector, topic: outcome.ids?.topic ?? 'unknown' };
  if (outcome.kind === 'failed') measure(COLLECTOR_METRICS.failures, 1, labels);
  if (outcome.refusal) measure(COLLECTOR_METRICS.refused, 1, { ...labels, code: outcome.refusal.code });
  if (outcome.kind !== 'settled') return;
  measure(COLLECTOR_METRICS.events, 1, { ...labels, outcome: outcome.how ?? 'handled' });
  if (queued.sentAt !== undefined)
    // By SQS's clock and this machine's.
    measure(COLLECTOR_METRICS.lag, Math.max(0, Date.now() - queued.sentAt) / 1_000, labels);
}
