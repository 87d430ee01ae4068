import type { Metric } from './metric.ts';

// From a request's few milliseconds to an outage of hours.
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200];
// SNS: at most 10 entries in a PublishBatch.
const BATCH = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** By whom publishes: measured with OpenTelemetry's API. */
export const CLIENT_METRICS = {
  accepted: {
    name: 'event_topic_accepted_events',
    kind: 'counter',
    unit: 'events',
    labels: ['topic'],
    help: 'Events that Temporal holds since this process published them.',
  },
  notAccepted: {
    name: 'event_topic_not_accepted_events',
    kind: 'counter',
    unit: 'events',
    labels: ['topic'],
    help: 'Events that Temporal did not take: publish threw PUBLISH_NOT_ACCEPTED.',
  },
  invalid: {
    name: 'event_topic_invalid_events',
    kind: 'counter',
    unit: 'events',
    labels: ['topic'],
    help: 'Events in calls that were refused whole, for at least one of them is invalid.',
  },
  acceptDuration: {
    name: 'event_topic_accept_duration_seconds',
    kind: 'histogram',
    unit: 's',
    labels: ['topic'],
    help: 'From the call until Temporal holds all of its events.',
    buckets: SECONDS,
  },
} as const satisfies Record<string, Metric>;

/** By workers, in activities: measured with Temporal's metric meter. */
export const WORKER_METRICS = {
  published: {
    name: 'event_topic_published_events',
    kind: 'counter',
    unit: 'events',
    labels: ['topic'],
    help: 'Events that SNS has acknowledged.',
  },
  deadLetters: {
    name: 'event_topic_dead_letter_events',
    kind: 'counter',
    unit: 'events',
    labels: ['topic', 'code'],
    help: 'Events that SNS refused and that went to the dead-letter queue, by SNS error code.',
  },
  failures: {
    name: 'event_topic_failed_attempts',
    kind: 'counter',
    unit: 'attempts',
    labels: ['topic', 'kind', 'code'],
    help: 'Attempts at an event that failed, by class (retry, configuration, event) and error code.',
  },
  batch: {
    name: 'event_topic_batch_events',
    kind: 'histogram',
    unit: 'events',
    labels: ['topic'],
    help: 'How many events a request to SNS carried.',
    buckets: BATCH,
  },
  inFlight: {
    name: 'event_topic_requests_in_flight',
    kind: 'gauge',
    unit: 'requests',
    labels: ['topic'],
    help: 'Requests to SNS that wait for their answer, of this worker.',
  },
  requestDuration: {
    name: 'event_topic_request_duration_seconds',
    kind: 'histogram',
    unit: 's',
    labels: ['topic'],
    help: 'How long SNS took to answer a request, or until it was given up.',
    buckets: SECONDS,
  },
  publishLatency: {
    name: 'event_topic_publish_latency_seconds',
    kind: 'histogram',
    unit: 's',
    labels: ['topic'],
    help: 'From when an event was handed to Temporal until SNS acknowledged it, by the clocks of caller and worker.',
    buckets: SECONDS,
  },
  unpublished: {
    name: 'event_topic_unpublished_events',
    kind: 'gauge',
    unit: 'events',
    labels: ['topic'],
    help: 'Accepted events that wait, of the publishers that this worker has tried to publish for in the last five minutes.',
  },
  oldestUnpublished: {
    name: 'event_topic_oldest_unpublished_seconds',
    kind: 'gauge',
    unit: 's',
    labels: ['topic'],
    help: 'Age of the oldest of those that this worker is trying to publish. What is parked is not tried.',
  },
  parked: {
    name: 'event_topic_parked_aggregates',
    kind: 'gauge',
    unit: 'aggregates',
    labels: ['namespace', 'topic'],
    help: 'Aggregates that are parked now, as Temporal lists them; every worker says the same.',
  },
  relayLag: {
    name: 'event_topic_relay_lag_seconds',
    kind: 'gauge',
    unit: 's',
    labels: ['topic'],
    help: 'How long the oldest event that the relay has not looked at has been in the EventLog.',
  },
  relayHealed: {
    name: 'event_topic_relay_healed_events',
    kind: 'counter',
    unit: 'events',
    labels: ['topic'],
    help: 'Events that only the relay published: they were stored, and nobody handed them over.',
  },
} as const satisfies Record<string, Metric>;

/** By workers, in the publisher workflow: measured with Temporal's metric meter, which leaves replays out. */
export const PUBLISHER_METRICS = {
  duplicates: {
    name: 'event_topic_duplicate_events',
    kind: 'counter',
    unit: 'events',
    labels: ['topic'],
    help: 'Events that came again and were dropped by their msgId or position, also with another content.',
  },
  conflicts: {
    name: 'event_topic_conflicting_events',
    kind: 'counter',
    unit: 'events',
    labels: ['topic'],
    help: 'Events that came again with another content, which is not published: a bug of whoever publishes.',
  },
  parkings: {
    name: 'event_topic_parkings',
    kind: 'counter',
    unit: 'aggregates',
    labels: ['topic', 'code'],
    help: 'How often an aggregate parked, by error code; Gap where positions are missing.',
  },
  gapReads: {
    name: 'event_topic_gap_reads',
    kind: 'counter',
    unit: 'reads',
    labels: ['topic'],
    help: 'How often positions were missing for so long that the EventLog was asked for them.',
  },
  setAside: {
    name: 'event_topic_set_aside_signals',
    kind: 'counter',
    unit: 'signals',
    labels: ['topic'],
    help: 'Malformed signals, or parts of them, that publishers set aside.',
  },
} as const satisfies Record<string, Metric>;

/** By collectors: measured with OpenTelemetry's API. */
export const COLLECTOR_METRICS = {
  events: {
    name: 'event_topic_collector_events',
    kind: 'counter',
    unit: 'events',
    labels: ['collector', 'topic', 'outcome'],
    help: 'Events that are done with, by outcome: handled, duplicate, ignored, held, deadLettered.',
  },
  failures: {
    name: 'event_topic_collector_failures',
    kind: 'counter',
    unit: 'attempts',
    labels: ['collector', 'topic'],
    help: 'Attempts to handle an event that failed; its aggregate is tried again.',
  },
  refused: {
    name: 'event_topic_collector_refused_events',
    kind: 'counter',
    unit: 'attempts',
    labels: ['collector', 'topic', 'code'],
    help: 'Attempts that ended because the event cannot be handled, by code; its aggregate stands, or it is a dead letter.',
  },
  handlerDuration: {
    name: 'event_topic_collector_handler_duration_seconds',
    kind: 'histogram',
    unit: 's',
    labels: ['collector', 'topic'],
    help: 'How long a handler took.',
    buckets: SECONDS,
  },
  lag: {
    name: 'event_topic_collector_lag_seconds',
    kind: 'histogram',
    unit: 's',
    labels: ['collector', 'topic'],
    help: 'From when SQS had the event until it was done with.',
    buckets: SECONDS,
  },
  inHand: {
    name: 'event_topic_collector_messages_in_hand',
    kind: 'gauge',
    unit: 'events',
    labels: ['collector'],
    help: 'Messages that this process has received and is not done with.',
  },
  failing: {
    name: 'event_topic_collector_failing_aggregates',
    kind: 'gauge',
    unit: 'aggregates',
    labels: ['collector'],
    help: 'Aggregates whose event failed in this process and has not succeeded since.',
  },
  parked: {
    name: 'event_topic_collector_parked_aggregates',
    kind: 'gauge',
    unit: 'aggregates',
    labels: ['collector'],
    help: 'Aggregates that stand at a refused event in this process.',
  },
} as const satisfies Record<string, Metric>;

/** All of them, with who measures them. */
export const METRICS: readonly {
  readonly by: 'client' | 'worker' | 'collector';
  readonly metrics: readonly Metric[];
}[] = [
  { by: 'client', metrics: Object.values(CLIENT_METRICS) },
  { by: 'worker', metrics: [...Object.values(WORKER_METRICS), ...Object.values(PUBLISHER_METRICS)] },
  { by: 'collector', metrics: Object.values(COLLECTOR_METRICS) },
];
