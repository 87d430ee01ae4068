import {
  CLIENT_METRICS as client,
  COLLECTOR_METRICS as collector,
  PUBLISHER_METRICS as publisher,
  WORKER_METRICS as worker,
} from '../../src/common/telemetry/metrics.ts';
import {
  average,
  called,
  chosen,
  counted,
  inTime,
  max,
  perSecond,
  type Query,
  quantiles,
  sum,
} from './queries.ts';

/** What a panel shows; where it stands, the dashboard decides. */
export interface Panel {
  readonly title: string;
  readonly kind: 'number' | 'lines';
  /** Grafana's name of it: `s`, `short`, `ops` (per second). */
  readonly unit: 's' | 'short' | 'ops';
  /** From this value on it is red. Default: never. */
  readonly bad?: number;
  readonly help: string;
  readonly queries: readonly Query[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const TOPIC = ['topic'];
const COLLECTOR = ['collector', 'topic'];
const QUEUE = ['namespace', 'task_queue'];
/** Of Temporal's metrics, those of task queues whose workers run publishers. */
const OURS =
  'and on (namespace, task_queue) temporal_workflow_task_execution_latency_seconds_count{workflow_type=~"eventTopic.+"}';

export const ROWS: readonly Row[] = [
  { title: 'Health at a glance', panels: health() },
  { title: 'Publishing: who calls publish', panels: publishing() },
  { title: 'SNS: what workers send', panels: sns() },
  { title: 'Backlog and parking', panels: backlog() },
  { title: 'Relays', panels: relays() },
  { title: 'Collectors', panels: collectors() },
  { title: 'Temporal', panels: temporal() },
];

function health(): readonly Panel[] {
  const numbers: readonly Omit<Panel, 'kind'>[] = [
    {
      title: 'Alerts',
      unit: 'short',
      bad: 1,
      help: "Alerts of this package's rules that fire.",
      queries: [of('count(ALERTS{alertname=~"Event(Topic|Collector).+", alertstate="firing"}) or vector(0)')],
    },
    {
      title: 'Parked aggregates',
      unit: 'short',
      bad: 1,
      help: 'They wait for an operator: event-topic parked',
      queries: [of(`sum(${max(worker.parked, TOPIC).expr})`)],
    },
    {
      title: 'Oldest unpublished',
      unit: 's',
      bad: 300,
      help: 'Age of the oldest event that SNS has not taken, although a worker tries.',
      queries: [of(`max(${chosen(worker.oldestUnpublished)})`)],
    },
    {
      title: 'Configuration failures',
      unit: 'short',
      bad: 1,
      help: 'Attempts in the chosen time that SNS refused until somebody corrects permission, key, credentials or topic.',
      queries: [inTime(worker.failures, { filter: 'kind="configuration"' })],
    },
    {
      title: 'Conflicting events',
      unit: 'short',
      bad: 1,
      help: 'msgIds or positions that came again with another content: a bug of whoever publishes.',
      queries: [inTime(publisher.conflicts)],
    },
    {
      title: 'Worker processes',
      unit: 'short',
      help: 'Those that Prometheus sees.',
      queries: [of(`count(count by (job, instance) (${chosen(worker.parked)})) or vector(0)`)],
    },
  ];
  return numbers.map((panel) => ({ ...panel, kind: 'number' }));
}

function publishing(): readonly Panel[] {
  return [
    lines({ title: 'Accepted', unit: 'ops', help: client.accepted.help }, [
      perSecond(client.accepted, TOPIC),
    ]),
    lines({ title: 'Not accepted, invalid', unit: 'short', help: 'Events of calls of publish that threw.' }, [
      called('not accepted', counted(client.notAccepted, TOPIC)),
      called('invalid', counted(client.invalid, TOPIC)),
    ]),
    lines(
      { title: 'Time to accept', unit: 's', help: client.acceptDuration.help },
      quantiles(client.acceptDuration, TOPIC),
    ),
  ];
}

function sns(): readonly Panel[] {
  return [
    lines({ title: 'Published', unit: 'ops', help: worker.published.help }, [
      perSecond(worker.published, TOPIC),
    ]),
    lines(
      { title: 'Accepted until published', unit: 's', help: worker.publishLatency.help },
      quantiles(worker.publishLatency, TOPIC),
    ),
    lines({ title: 'Failed attempts', unit: 'ops', help: worker.failures.help }, [
      perSecond(worker.failures, ['topic', 'kind', 'code']),
    ]),
    lines(
      { title: "SNS's answer", unit: 's', help: worker.requestDuration.help },
      quantiles(worker.requestDuration, TOPIC),
    ),
    lines(
      {
        title: 'Events in a request',
        unit: 'short',
        help: 'On average; at most 10. They are more when more aggregates are busy.',
      },
      [average(worker.batch, TOPIC)],
    ),
    lines(
      {
        title: 'Requests in flight',
        unit: 'short',
        help: 'Requests to SNS that wait for their answer, of all workers.',
      },
      [sum(worker.inFlight, TOPIC)],
    ),
  ];
}

function backlog(): readonly Panel[] {
  return [
    lines({ title: 'Unpublished events', unit: 'short', help: worker.unpublished.help }, [
      sum(worker.unpublished, TOPIC),
    ]),
    lines({ title: 'Oldest unpublished', unit: 's', help: worker.oldestUnpublished.help }, [
      max(worker.oldestUnpublished, TOPIC),
    ]),
    lines({ title: 'Parked aggregates', unit: 'short', help: worker.parked.help }, [
      max(worker.parked, TOPIC),
    ]),
    lines(
      {
        title: 'Parked, dead letters',
        unit: 'short',
        help: 'How often aggregates parked, or events became dead letters, by code.',
      },
      [
        called('parked', counted(publisher.parkings, ['topic', 'code'])),
        called('dead letter', counted(worker.deadLetters, ['topic', 'code'])),
      ],
    ),
    lines(
      {
        title: 'Repeats',
        unit: 'short',
        help: 'Events that came again; conflicting ones with another content.',
      },
      [
        called('duplicate', counted(publisher.duplicates, TOPIC)),
        called('conflicting', counted(publisher.conflicts, TOPIC)),
      ],
    ),
    lines({ title: 'Gap reads, signals set aside', unit: 'short', help: publisher.gapReads.help }, [
      called('gap read', counted(publisher.gapReads, TOPIC)),
      called('set aside', counted(publisher.setAside, TOPIC)),
    ]),
  ];
}

function relays(): readonly Panel[] {
  return [
    lines({ title: 'Lag', unit: 's', help: worker.relayLag.help }, [max(worker.relayLag, TOPIC)]),
    lines({ title: 'Healed', unit: 'ops', help: worker.relayHealed.help }, [
      perSecond(worker.relayHealed, TOPIC),
    ]),
  ];
}

function collectors(): readonly Panel[] {
  return [
    lines({ title: 'Events', unit: 'ops', help: collector.events.help }, [
      perSecond(collector.events, [...COLLECTOR, 'outcome']),
    ]),
    lines({ title: 'Lag', unit: 's', help: collector.lag.help }, quantiles(collector.lag, COLLECTOR)),
    lines(
      {
        title: 'Failures, refusals',
        unit: 'short',
        help: 'Attempts that failed, and those that cannot succeed, by code.',
      },
      [
        called('failed', counted(collector.failures, COLLECTOR)),
        called('refused', counted(collector.refused, [...COLLECTOR, 'code'])),
      ],
    ),
    lines(
      { title: 'Handlers', unit: 's', help: collector.handlerDuration.help },
      quantiles(collector.handlerDuration, COLLECTOR),
    ),
    lines({ title: 'Messages in hand', unit: 'short', help: collector.inHand.help }, [
      sum(collector.inHand, ['collector']),
    ]),
    lines(
      { title: 'Aggregates that stand', unit: 'short', help: 'Of the process that knows most of them.' },
      [
        called('failing', max(collector.failing, ['collector'])),
        called('parked', max(collector.parked, ['collector'])),
      ],
    ),
  ];
}

function temporal(): readonly Panel[] {
  const wait = (what: 'workflow_task' | 'activity'): Query => ({
    expr: `histogram_quantile(0.99, sum by (namespace, task_queue, le) (rate(temporal_${what}_schedule_to_start_latency_seconds_bucket[$__rate_interval]))) ${OURS}`,
    legend: `${what.replace('_', ' ')} {{task_queue}}`,
  });
  const failed = (metric: string, by: string): string =>
    `sum by (${[...QUEUE, by].join(', ')}) (rate(${metric}[$__rate_interval])) ${OURS}`;
  return [
    lines({ title: 'Wait for a worker, p99', unit: 's', help: 'When it rises, workers are too few.' }, [
      wait('workflow_task'),
      wait('activity'),
    ]),
    lines(
      {
        title: 'Failures',
        unit: 'ops',
        help: 'Workflow tasks that fail: publishers that stand still. Polls that fail: no work gets here.',
      },
      [
        {
          expr: failed('temporal_workflow_task_execution_failed_total', 'workflow_type'),
          legend: 'task of {{workflow_type}}',
        },
        { expr: failed('temporal_long_request_failure_total', 'operation'), legend: '{{operation}}' },
      ],
    ),
    lines(
      {
        title: 'Free slots, cached publishers',
        unit: 'short',
        help: 'Tasks that workers could take besides; publishers in their caches.',
      },
      [
        {
          expr: `sum by (namespace, task_queue, worker_type) (temporal_worker_task_slots_available) ${OURS}`,
          legend: '{{worker_type}}',
        },
        { expr: `sum by (namespace, task_queue) (temporal_sticky_cache_size) ${OURS}`, legend: 'cached' },
      ],
    ),
  ];
}

function lines(about: Pick<Panel, 'title' | 'unit' | 'help'>, queries: readonly Query[]): Panel {
  return { ...about, kind: 'lines', queries };
}

function of(expr: string): Query {
  return { expr, legend: '' };
}
