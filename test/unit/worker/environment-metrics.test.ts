import { describe, expect, it } from 'vitest';
import { readMetrics } from '../../../src/worker/environment/metrics.ts';

const COLLECTOR = 'http://collector:4318';
const buckets = expect.objectContaining({ event_topic_request_duration_seconds: expect.any(Array) });

describe('METRICS_ADDRESS', () => {
  it('is where Prometheus finds metrics named as it expects them, with buckets of their own for this package', () => {
    expect(readMetrics({ METRICS_ADDRESS: '0.0.0.0:9464' })).toEqual({
      prometheus: {
        bindAddress: '0.0.0.0:9464',
        countersTotalSuffix: true,
        unitSuffix: true,
        useSecondsForDurations: true,
        histogramBucketOverrides: buckets,
      },
    });
  });

  it('may be of IPv6', () => {
    expect(readMetrics({ METRICS_ADDRESS: '[::]:9464' })).toMatchObject({
      prometheus: { bindAddress: '[::]:9464' },
    });
  });

  it('comes before OpenTelemetry, which whoever runs the cluster may set for all', () => {
    const env = { METRICS_ADDRESS: '0.0.0.0:9464', OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR };

    expect(readMetrics(env)).toHaveProperty('prometheus');
  });

  it.each([
    '9464',
    ':9464',
    'localhost:9464',
    '0.0.0.0',
    '0.0.0.0:0',
    '0.0.0.0:65536',
    '::9464',
    '[0.0.0.0]:9464',
    '256.0.0.1:1',
    'http://0.0.0.0:9464',
  ])('is a fault when it is no IP address with a port: %s', (METRICS_ADDRESS) => {
    expect(() => readMetrics({ METRICS_ADDRESS })).toThrow(
      `METRICS_ADDRESS is no address to listen on [METRICS_ADDRESS=${METRICS_ADDRESS}]. Use an IP address and a port`,
    );
  });
});

describe("OpenTelemetry's variables", () => {
  it.each([
    [{}, undefined],
    [{ METRICS_ADDRESS: '', OTEL_EXPORTER_OTLP_ENDPOINT: '' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR, OTEL_METRICS_EXPORTER: 'none' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR }, { url: `${COLLECTOR}/v1/metrics`, http: true }],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: `${COLLECTOR}/otel/` },
      { url: `${COLLECTOR}/otel/v1/metrics`, http: true },
    ],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${COLLECTOR}/mine` }, { url: `${COLLECTOR}/mine`, http: true }],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://traces:1', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: COLLECTOR },
      { url: COLLECTOR, http: true },
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      { url: 'http://collector:4317', http: false },
    ],
    [
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf',
      },
      { http: true },
    ],
  ])('%j send metrics there: %j', (env, otel) => {
    if (otel === undefined) expect(readMetrics(env)).toBeUndefined();
    else expect(readMetrics(env)).toMatchObject({ otel });
  });

  it('have the defaults of the specification, in seconds, with the same buckets', () => {
    expect(readMetrics({ OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR })).toEqual({
      otel: {
        url: `${COLLECTOR}/v1/metrics`,
        http: true,
        metricsExportInterval: 60_000,
        useSecondsForDurations: true,
        temporality: 'cumulative',
        histogramBucketOverrides: buckets,
      },
    });
  });

  it('say how often, and how counters count', () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR,
      OTEL_METRIC_EXPORT_INTERVAL: '5000',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'DELTA',
    };

    expect(readMetrics(env)).toMatchObject({ otel: { metricsExportInterval: 5_000, temporality: 'delta' } });
  });

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT is no URL'],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'ftp://x' }, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is no URL'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'Use one of http/protobuf, grpc'],
    [{ OTEL_METRIC_EXPORT_INTERVAL: '1s' }, 'OTEL_METRIC_EXPORT_INTERVAL is no time'],
    [{ OTEL_METRIC_EXPORT_INTERVAL: '0' }, 'OTEL_METRIC_EXPORT_INTERVAL is no time'],
    [{ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'lowmemory' }, 'Use one of cumulative, delta'],
  ])('%j are a fault: %s', (env, message) => {
    expect(() => readMetrics({ OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR, ...env })).toThrow(
      expect.objectContaining({ code: 'INVALID_ENVIRONMENT', message: expect.stringContaining(message) }),
    );
  });
});
