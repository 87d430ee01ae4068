// W3C's `traceparent`: https://www.w3.org/TR/trace-context/#traceparent-header
import type { SpanContext } from '@opentelemetry/api';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
const FORBIDDEN_VERSION = 'ff';

/** Undefined for a span that nobody records: its ids are zeros. */
export function toTraceparent(context: SpanContext | undefined): string | undefined {
  if (context === undefined || context.traceId === NO_TRACE) return undefined;
  const flags = context.traceFlags.toString(16).padStart(2, '0');
  return `00-${context.traceId}-${context.spanId}-${flags}`;
}

/** Undefined for what is no `traceparent`: a trace that cannot be read is no reason to refuse an event. */
export function fromTraceparent(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (traceId === NO_TRACE || spanId === NO_SPAN || traceparent?.startsWith(FORBIDDEN_VERSION))
    return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}
