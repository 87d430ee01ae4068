import type { MetricMeter } from '@temporalio/common';
import type { PublishEntry } from '../common/protocol/entry.ts';
import type { Labels, Measure, Metric } from '../common/telemetry/metric.ts';
import { WORKER_METRICS } from '../common/telemetry/metrics.ts';
import { temporalMeasure } from '../common/telemetry/temporal-measure.ts';
import { inSpan, type OpenSpan, type SpanFacts } from '../common/telemetry/tracing.ts';
import type { PublishResult } from './event-publisher.ts';
import { UnpublishedEvents } from './unpublished-events.ts';

/** What is traced and measured of one topic in this worker. */
export class TopicTelemetry {
  /** What is being tried. */
  readonly unpublished = new UnpublishedEvents((count, seconds) => {
    this.#record(WORKER_METRICS.unpublished, count);
    this.#record(WORKER_METRICS.oldestUnpublished, seconds);
  });
  readonly #topic: string;
  #measure: Measure | undefined;
  #inFlight = 0;

  constructor(topic: string) {
    this.#topic = topic;
  }

  /** The meter of an activity that runs. That of the first one is kept: instruments are made once. */
  use(meter: MetricMeter): void {
    this.#measure ??= temporalMeasure(meter);
  }

  /** One request: a span, and what its answer says. `callers`: `traceparent`s of the spans that its events come from. */
  async request(
    entries: readonly PublishEntry[],
    callers: readonly (string | undefined)[],
    send: () => Promise<readonly PublishResult[]>,
  ): Promise<readonly PublishResult[]> {
    const begunAt = performance.now();
    this.#countInFlight(1);
    this.#record(WORKER_METRICS.batch, entries.length);
    try {
      const results = await inSpan(this.#spanOf(entries, callers), (span) => sendIn(span, send));
      this.#answered(entries, results);
      return results;
    } finally {
      this.#countInFlight(-1);
      this.#record(WORKER_METRICS.requestDuration, (performance.now() - begunAt) / 1_000);
    }
  }

  deadLetter(code: string): void {
    this.#record(WORKER_METRICS.deadLetters, 1, { code });
  }

  #answered(entries: readonly PublishEntry[], results: readonly PublishResult[]): void {
    const published = results.filter(({ ok }) => ok).length;
    if (published > 0) this.#record(WORKER_METRICS.published, published);
    for (const [index, result] of results.entries()) {
      const handedOverAt = entries[index]?.handedOverAt;
      if (!result.ok) {
        const { kind, code } = result.failure;
        this.#record(WORKER_METRICS.failures, 1, { kind, code });
      } else if (handedOverAt !== undefined)
        // Two machines' clocks: an answer before the question is none.
        this.#record(WORKER_METRICS.publishLatency, Math.max(0, Date.now() - handedOverAt) / 1_000);
    }
  }

  #countInFlight(by: number): void {
    this.#inFlight += by;
    this.#record(WORKER_METRICS.inFlight, this.#inFlight);
  }

  #record(metric: Metric, value: number, labels: Labels = {}): void {
    this.#measure?.(metric, value, { topic: this.#topic, ...labels });
  }

  #spanOf(entries: readonly PublishEntry[], callers: readonly (string | undefined)[]): SpanFacts {
    const traces = entries.map(traceOf);
    const [first] = traces;
    const [only] = entries;
    const isOne = traces.every((trace) => trace === first);
    return {
      operation: 'send',
      topic: this.#topic,
      kind: 'CLIENT',
      attributes: {
        'messaging.system': 'aws.sns',
        'messaging.operation.type': 'send',
        'messaging.batch.message_count': entries.length,
        ...(only && entries.length === 1 ? idsOf(only) : {}),
      },
      // A request that carries events of several callers belongs to none of them.
      parent: isOne ? first : undefined,
      links: [...(isOne ? [] : traces), ...callers],
    };
  }
}

/** What published it; else what it was created by. */
function traceOf({ traceparent, message }: PublishEntry): string | undefined {
  return traceparent ?? message.meta.traceparent;
}

function idsOf({ message: { id, meta } }: PublishEntry): Readonly<Record<string, string>> {
  return { 'messaging.message.id': meta.msgId, 'event_topic.aggregate.id': id };
}

async function sendIn(
  span: OpenSpan,
  send: () => Promise<readonly PublishResult[]>,
): Promise<readonly PublishResult[]> {
  const results = await send();
  const failed = results.find((result) => !result.ok);
  if (failed !== undefined && !failed.ok) span.failed(failed.failure.code);
  return results;
}
