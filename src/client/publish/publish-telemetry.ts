import { SNS_MAX_MESSAGE_BYTES } from '../../common/defaults.ts';
import { isEventTopicError } from '../../common/errors.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import { CLIENT_METRICS } from '../../common/telemetry/metrics.ts';
import { measure } from '../../common/telemetry/opentelemetry-measure.ts';
import type { OpenSpan, SpanFacts } from '../../common/telemetry/tracing.ts';
import { toWireMessage, wireSize } from '../../common/wire-format.ts';
import type { HandedOver } from './handover.ts';

/** The span of one call, from the check of its messages until they are accepted (or published, when that is waited for). */
export function publishSpan(topic: string, messages: readonly unknown[]): SpanFacts {
  return {
    operation: 'publish',
    topic,
    kind: 'PRODUCER',
    attributes: {
      'messaging.system': 'temporal',
      'messaging.operation.type': 'create',
      'messaging.batch.message_count': messages.length,
    },
    parent: 'active',
  };
}

/** What is traced and counted of one topic's publishing. Its labels are the same for all aggregates. */
export class PublishTelemetry {
  readonly #labels: { readonly topic: string };
  readonly #maxMessageBytes: number;

  constructor(topic: string, maxMessageBytes: number = SNS_MAX_MESSAGE_BYTES) {
    this.#labels = { topic };
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Checks messages, and counts those of a call that is refused. */
  checked<Valid>(count: number, check: () => Valid): Valid {
    try {
      return check();
    } catch (error) {
      if (isEventTopicError(error, 'INVALID_MESSAGES')) measure(CLIENT_METRICS.invalid, count, this.#labels);
      throw error;
    }
  }

  /** The entries with the trace that they belong to, as far as that fits into their messages: none is refused for being traced. */
  trace(entries: readonly PublishEntry[], span: OpenSpan): readonly PublishEntry[] {
    const [only] = entries;
    if (only !== undefined && entries.length === 1) span.set(attributesOf(only));
    const { traceparent } = span;
    if (traceparent === undefined) return entries;
    return entries.map((entry) => {
      const traced = { ...entry, traceparent };
      const size = wireSize(toWireMessage(this.#labels.topic, traced));
      return size <= this.#maxMessageBytes ? traced : entry;
    });
  }

  /** Counts what a call came to, that began at that time of `performance.now()`. */
  handedOver(groups: readonly HandedOver[], begunAt: number): void {
    const all = groups.reduce((sum, { entries }) => sum + entries.length, 0);
    const accepted = groups.reduce((sum, { outcome }) => sum + outcome.accepted, 0);
    if (accepted > 0) measure(CLIENT_METRICS.accepted, accepted, this.#labels);
    if (accepted < all) measure(CLIENT_METRICS.notAccepted, all - accepted, this.#labels);
    else measure(CLIENT_METRICS.acceptDuration, (performance.now() - begunAt) / 1_000, this.#labels);
  }
}

function attributesOf({ message: { id, meta } }: PublishEntry): Readonly<Record<string, string>> {
  return {
    'messaging.message.id': meta.msgId,
    'messaging.message.conversation_id': meta.correlationId,
    'event_topic.aggregate.id': id,
  };
}
