// Sets OpenTelemetry's SDK up for a process that publishes or collects: `node --import ./telemetry.ts app.ts`. Spans and metrics go to standard output.
// #region setup
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  ConsoleMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, ConsoleSpanExporter } from '@opentelemetry/sdk-trace-base';

const spans = new BatchSpanProcessor(new ConsoleSpanExporter());
const reader = new PeriodicExportingMetricReader({ exporter: new ConsoleMetricExporter() });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [spans] }));
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));

// What is measured last is not lost.
process.once('beforeExit', () => Promise.all([spans.shutdown(), reader.shutdown()]));
// #endregion setup
