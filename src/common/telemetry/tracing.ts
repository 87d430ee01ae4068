import type { Attributes, Context, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { harmless } from './harmless.ts';
import { openTelemetry } from './opentelemetry.cts';
import { fromTraceparent, toTraceparent } from './traceparent.ts';

/** What a span says of itself, in the terms of OpenTelemetry's conventions for messaging. */
export interface SpanFacts {
  /** What is done: `publish`, `send`, `process`. The span's name is this and the topic's. */
  readonly operation: string;
  readonly topic: string;
  readonly kind: 'PRODUCER' | 'CLIENT' | 'CONSUMER';
  readonly attributes: Attributes;
  /** `active`: the span that the caller is in, if any. Else a `traceparent`, or undefined for a trace of its own. */
  readonly parent: 'active' | string | undefined;
  /** `traceparent`s of what belongs to it, and may be of other traces. */
  readonly links?: readonly (string | undefined)[];
}

/** A span that is under way; without OpenTelemetry, or its SDK, nothing. */
export interface OpenSpan {
  /** To be carried by what is caused here. */
  readonly traceparent: string | undefined;
  /** Says more of it. */
  set(attributes: Attributes): void;
  /** It ends as failed, for the reason with this code, although nothing is thrown. */
  failed(code: string): void;
}

const NO_SPAN: OpenSpan = { traceparent: undefined, set() {}, failed() {} };
const TRACER = 'temporal-event-topic';

/** `traceparent` of the span that the caller is in; undefined when there is none. */
export function activeTraceparent(): string | undefined {
  return toTraceparent(openTelemetry?.trace.getSpanContext(openTelemetry.context.active()));
}

/** Does the work in a span, which ends with it. The work begins at once: nothing is awaited before. It is done once, and ends as it does, whatever becomes of the span. */
export async function inSpan<Result>(
  facts: SpanFacts,
  work: (span: OpenSpan) => Promise<Result>,
): Promise<Result> {
  const begun = harmless(() => begin(facts));
  if (begun === undefined) return await work(NO_SPAN);
  const { span, within } = begun;
  try {
    return await within(() => work(span));
  } catch (error) {
    span.failed(codeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

interface Begun {
  readonly span: RecordedSpan;
  /** Does something where the span is the active one. */
  within<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Undefined without OpenTelemetry. */
function begin(facts: SpanFacts): Begun | undefined {
  if (openTelemetry === undefined) return undefined;
  const { context, trace } = openTelemetry;
  const parent = contextOf(facts.parent);
  const span = startSpan(trace.getTracer(TRACER), facts, parent);
  const own = trace.setSpan(parent, span);
  return { span: new RecordedSpan(span), within: (work) => context.with(own, work) };
}

class RecordedSpan implements OpenSpan {
  readonly traceparent: string | undefined;
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
    this.traceparent = toTraceparent(span.spanContext());
  }

  set(attributes: Attributes): void {
    harmless(() => this.#span.setAttributes(attributes));
  }

  // The code only: a reason may quote what is in an event.
  failed(code: string): void {
    harmless(() => this.#span.setAttribute('error.type', code));
    harmless(() => this.#span.setStatus({ code: ERROR_STATUS, message: code }));
  }

  end(): void {
    harmless(() => this.#span.end());
  }
}

// `SpanStatusCode.ERROR`: an enum that is loaded with the peer only.
const ERROR_STATUS = 2;
// `SpanKind`.
const KINDS = { CLIENT: 2, PRODUCER: 3, CONSUMER: 4 } as const;

function startSpan(
  tracer: Tracer,
  { operation, topic, kind, attributes, links = [] }: SpanFacts,
  parent: Context,
): Span {
  return tracer.startSpan(
    `${operation} ${topic}`,
    {
      kind: KINDS[kind],
      attributes: {
        'messaging.operation.name': operation,
        'messaging.destination.name': topic,
        ...attributes,
      },
      links: distinct(links).map((context) => ({ context })),
    },
    parent,
  );
}

function contextOf(parent: SpanFacts['parent']): Context {
  if (openTelemetry === undefined) throw new Error('There is no OpenTelemetry');
  const { context, trace, ROOT_CONTEXT } = openTelemetry;
  if (parent === 'active') return context.active();
  const remote = fromTraceparent(parent);
  return remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
}

function distinct(traceparents: readonly (string | undefined)[]): readonly SpanContext[] {
  return [...new Set(traceparents)].flatMap((traceparent) => fromTraceparent(traceparent) ?? []);
}

function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return String(code ?? name ?? typeof error);
}
