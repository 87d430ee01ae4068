// What is told of must not fail with the telling: a request that SNS has taken would be sent again, and a handled event handled again.
import { context, metrics, trace } from '@opentelemetry/api';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { MetricMeter } from '@temporalio/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Batcher } from '../../../../src/activities/batcher.ts';
import { TopicTelemetry } from '../../../../src/activities/topic-telemetry.ts';
import { CLIENT_METRICS } from '../../../../src/common/telemetry/metrics.ts';
import { measure } from '../../../../src/common/telemetry/opentelemetry-measure.ts';
import { inSpan, type SpanFacts } from '../../../../src/common/telemetry/tracing.ts';
import { customerEntries } from '../../../support/messages.ts';
import { FakePublisher, receiptOf } from '../../activities/publish-events/activity.ts';

const FACTS: SpanFacts = {
  operation: 'send',
  topic: 'Customer',
  kind: 'CLIENT',
  attributes: {},
  parent: undefined,
};

function fail(): never {
  throw new Error('the exporter is broken');
}

/** Fails when a span begins, or when it ends. */
function brokenAt(place: 'onStart' | 'onEnd'): SpanProcessor {
  const processor = { onStart() {}, onEnd() {}, async forceFlush() {}, async shutdown() {} };
  return { ...processor, [place]: fail };
}

afterEach(() => {
  trace.disable();
  context.disable();
  metrics.disable();
});

describe.each(['onStart', 'onEnd'] as const)('a tracer that fails %s', (place) => {
  it('neither fails what is traced, nor has it done again', async () => {
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [brokenAt(place)] }));
    const work = vi.fn(async () => 'done');
    expect(await inSpan(FACTS, work)).toBe('done');
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('leaves what fails its own error', async () => {
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [brokenAt(place)] }));
    await expect(inSpan(FACTS, async () => Promise.reject(new Error('SNS is down')))).rejects.toThrow('SNS');
  });
});

it('a meter that fails hides no acknowledgement', async () => {
  const telemetry = new TopicTelemetry('Customer');
  telemetry.use({ createCounter: fail, createGauge: fail, createHistogram: fail } as unknown as MetricMeter);
  const publisher = new FakePublisher();
  const batcher = new Batcher('Customer', publisher, { telemetry });
  const entries = customerEntries(1, 1);
  expect(await batcher.publish({ id: 'C-1', entries }, new AbortController().signal)).toEqual([
    { ok: true, receipt: receiptOf('m-1') },
  ]);
  expect(publisher.requested).toEqual(['m-1']);
});

it("a meter provider of the application's that fails is heard of nowhere", () => {
  metrics.setGlobalMeterProvider({ getMeter: fail });
  expect(() => measure(CLIENT_METRICS.accepted, 1, { topic: 'Customer' })).not.toThrow();
});
