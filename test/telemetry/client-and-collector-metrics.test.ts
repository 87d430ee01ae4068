import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventTopic } from '../../src/client/index.ts';
import { createSqsEventHandler, type SqsRecord } from '../../src/collector/lambda/index.ts';
import type { EventMessage } from '../../src/common/message.ts';
import { CLIENT_METRICS, COLLECTOR_METRICS } from '../../src/common/telemetry/metrics.ts';
import { Customer, renamed } from '../support/customer.ts';
import { FakeTemporal } from '../support/fake-temporal.ts';

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });

beforeAll(() => metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] })));
afterAll(async () => {
  await reader.shutdown();
  metrics.disable();
});

describe('metrics of whoever publishes', () => {
  it('count what Temporal took, what it did not take, and what was refused before', async () => {
    const temporal = new FakeTemporal();
    const topic = new EventTopic(Customer, { client: temporal.client });
    await topic.publish([renamed('C-1', 'm-1'), renamed('C-2', 'm-2')]);
    temporal.answer = async () => {
      throw new Error('Temporal is away');
    };
    await expect(topic.publish([renamed('C-1', 'm-3')])).rejects.toThrow('Temporal is away');
    const wrong = { ...renamed('C-1', 'm-4'), event: { type: 'Unknown' } } as never;
    await expect(topic.publish([wrong, renamed('C-1', 'm-5')])).rejects.toThrow(
      'Invalid discriminator value',
    );

    const labels = { topic: 'Customer' };
    expect(await seriesOf(CLIENT_METRICS.accepted.name, labels)).toBe(2);
    expect(await seriesOf(CLIENT_METRICS.notAccepted.name, labels)).toBe(1);
    expect(await seriesOf(CLIENT_METRICS.invalid.name, labels)).toBe(2);
    expect(await seriesOf(CLIENT_METRICS.acceptDuration.name, labels)).toMatchObject({ count: 1 });
  });
});

describe('metrics of a collector', () => {
  it('count what became of its messages, how long handlers took, and how far it lags', async () => {
    const handler = createSqsEventHandler({
      name: 'ReadModel',
      topics: [Customer],
      logger: QUIET,
      handle: async ({ meta: { msgId } }) => {
        if (msgId === 'fails') throw new Error('the database is away');
      },
    });
    const messages = [renamed('A', 'm-1'), renamed('A', 'm-2'), renamed('B', 'fails')];
    const malformed = { ...renamed('C', 'm-4'), event: { type: 'NameChanged', name: 7 } };
    const Records = [...messages, malformed].map(toRecord);
    await handler({ Records }, { getRemainingTimeInMillis: () => 60_000 });

    const labels = { collector: 'ReadModel', topic: 'Customer' };
    expect(await seriesOf(COLLECTOR_METRICS.events.name, { ...labels, outcome: 'handled' })).toBe(2);
    expect(await seriesOf(COLLECTOR_METRICS.failures.name, labels)).toBe(1);
    expect(await seriesOf(COLLECTOR_METRICS.refused.name, { ...labels, code: 'INVALID_EVENT' })).toBe(1);
    expect(await seriesOf(COLLECTOR_METRICS.handlerDuration.name, labels)).toMatchObject({ count: 3 });
    const lag = (await seriesOf(COLLECTOR_METRICS.lag.name, labels)) as { count: number; sum: number };
    expect(lag.count).toBe(2);
    expect(lag.sum).toBeGreaterThanOrEqual(2 * LAG_SECONDS);
  });
});

const LAG_SECONDS = 40;
const QUIET = { info() {}, warn() {}, error() {} };

function toRecord(message: EventMessage): SqsRecord {
  return {
    messageId: `sqs-${message.meta.msgId}`,
    body: JSON.stringify(message),
    attributes: {
      MessageGroupId: message.id,
      ApproximateReceiveCount: '1',
      SentTimestamp: String(Date.now() - LAG_SECONDS * 1_000),
    },
    messageAttributes: { aggregate: { stringValue: 'Customer' } },
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:ReadModel.fifo',
  };
}

/** The value now of one time series; undefined when there is none. */
async function seriesOf(name: string, labels: Readonly<Record<string, string>>): Promise<unknown> {
  const { resourceMetrics } = await reader.collect();
  const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  const points = all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
  return points.find(({ attributes }) => isSame(attributes, labels))?.value;
}

function isSame(attributes: object, labels: object): boolean {
  const sorted = (record: object): string => JSON.stringify(Object.entries(record).sort());
  return sorted(attributes) === sorted(labels);
}
