import { writeSync } from 'node:fs';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';

/** A span that has ended, as one process tells it to another. */
export interface EndedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** Trace and span ids. */
  readonly links: readonly (readonly [traceId: string, spanId: string])[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly error?: string;
}

export const resource = new Resource({ 'service.name': 'test' });

/** Sets OpenTelemetry's SDK up in this process: each span that ends is told, at once. */
export function traceTo(tell: (span: EndedSpan) => void): SimpleSpanProcessor {
  const exporter: SpanExporter = {
    export(spans, done) {
      for (const span of spans) tell(toEnded(span));
      done({ code: 0 });
    },
    async shutdown() {},
  };
  const processor = new SimpleSpanProcessor(exporter);
  trace.setGlobalTracerProvider(new BasicTracerProvider({ resource, spanProcessors: [processor] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return processor;
}

/** A line of standard output for each. */
export function traceToStdout(): SimpleSpanProcessor {
  return traceTo((span) => writeSync(1, `${JSON.stringify(span)}\n`));
}

function toEnded(span: ReadableSpan): EndedSpan {
  const { traceId, spanId } = span.spanContext();
  const { parentSpanId, status } = span;
  return {
    name: span.name,
    kind: span.kind,
    traceId,
    spanId,
    ...(parentSpanId ? { parentSpanId } : {}),
    links: span.links.map(({ context: linked }) => [linked.traceId, linked.spanId] as const),
    attributes: span.attributes,
    ...(status.message ? { error: status.message } : {}),
  };
}
