/** One of Temporal's own metrics, as the worker's Prometheus endpoint names it. */
export interface TemporalMetric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** What it says of this package's workers. */
  readonly meaning: string;
}

const QUEUE = ['namespace', 'task_queue'];

/** Those that rules and dashboard may use, of about forty. */
export const TEMPORAL_METRICS: readonly TemporalMetric[] = [
  {
    name: 'temporal_long_request_total',
    kind: 'counter',
    labels: [...QUEUE, 'operation'],
    meaning: 'Polls for work. One that brings nothing ends after a minute.',
  },
  {
    name: 'temporal_long_request_failure_total',
    kind: 'counter',
    labels: [...QUEUE, 'operation', 'status_code'],
    meaning: 'Polls that failed. When all do, Temporal is away or refuses the worker.',
  },
  {
    name: 'temporal_num_pollers',
    kind: 'gauge',
    labels: [...QUEUE, 'poller_type'],
    meaning: 'How many polls are open. It does not fall when Temporal is away.',
  },
  {
    name: 'temporal_workflow_task_execution_failed_total',
    kind: 'counter',
    labels: [...QUEUE, 'workflow_type', 'failure_reason'],
    meaning:
      'Workflow tasks that failed: publishers that stand still. `NonDeterminismError`: the code does not go on where a history ends.',
  },
  {
    name: 'temporal_workflow_task_schedule_to_start_latency_seconds',
    kind: 'histogram',
    labels: QUEUE,
    meaning: 'How long workflow tasks wait for a worker. Rises when workers are too few.',
  },
  {
    name: 'temporal_activity_schedule_to_start_latency_seconds',
    kind: 'histogram',
    labels: QUEUE,
    meaning: 'The same of activities.',
  },
  {
    name: 'temporal_workflow_task_execution_latency_seconds',
    kind: 'histogram',
    labels: [...QUEUE, 'workflow_type'],
    meaning: 'How long workflow tasks take. Its `workflow_type` tells which task queues are of this package.',
  },
  {
    name: 'temporal_activity_execution_failed_total',
    kind: 'counter',
    labels: [...QUEUE, 'activity_type', 'workflow_type'],
    meaning:
      'Activities that failed: `eventTopicRelayEvents` is a relay. Attempts to publish are not in it; they are `event_topic_failed_attempts_total`.',
  },
  {
    name: 'temporal_worker_task_slots_available',
    kind: 'gauge',
    labels: [...QUEUE, 'worker_type'],
    meaning: 'Tasks that this worker could take besides those that it has. At 0 for long, it is full.',
  },
  {
    name: 'temporal_sticky_cache_size',
    kind: 'gauge',
    labels: QUEUE,
    meaning: 'Publishers in the cache. At its limit, others are replayed when their next event comes.',
  },
  {
    name: 'temporal_request_failure_total',
    kind: 'counter',
    labels: ['namespace', 'operation', 'status_code'],
    meaning: 'Other requests to Temporal that failed.',
  },
];

/** The names under which it can be asked for. */
export function temporalSeriesOf({ name, kind }: TemporalMetric): readonly string[] {
  return kind === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name];
}
