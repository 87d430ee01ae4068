import { COLLECTOR_METRICS } from '../../common/telemetry/metrics.ts';
import { measure } from '../../common/telemetry/opentelemetry-measure.ts';
import { inSpan } from '../../common/telemetry/tracing.ts';
import type { DecodedEvent } from '../decode/decode-message.ts';

/** Runs a handler in a span that goes on with the trace of whoever published the event: what it publishes in turn belongs to it. */
export async function inHandlerSpan(
  event: DecodedEvent,
  { collector, attempt }: { readonly collector: string; readonly attempt: number },
  handle: () => Promise<unknown>,
): Promise<void> {
  const begunAt = performance.now();
  const topic = event.topic.name;
  const { id, meta } = event.original;
  try {
    await inSpan(
      {
        operation: 'process',
        topic,
        kind: 'CONSUMER',
        attributes: {
          'messaging.system': 'aws_sqs',
          'messaging.operation.type': 'process',
          'messaging.destination.subscription.name': collector,
          'messaging.message.id': meta.msgId,
          'messaging.message.conversation_id': meta.correlationId,
          'event_topic.aggregate.id': id,
          'event_topic.event.type': event.eventType,
          'event_topic.attempt': attempt,
        },
        parent: event.traceparent,
      },
      handle,
    );
  } finally {
    const seconds = (performance.now() - begunAt) / 1_000;
    measure(COLLECTOR_METRICS.handlerDuration, seconds, { collector, topic });
  }
}
