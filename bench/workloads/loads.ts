import { throughput } from './throughput.ts';

/** Each event is the first of its aggregate. */
export const cold = throughput({
  name: 'cold',
  description: '500 aggregates with 1 event each, 100 callers',
  load: { aggregates: 500, eventsPerAggregate: 1, eventsPerCall: 1, callers: 100 },
  without: ['direct-new-process'],
  quickReduced: { 'per-aggregate': { aggregates: 150 }, 'workflow-per-event': { aggregates: 150 } },
  quick: ['per-aggregate', 'partitions-8', 'workflow-per-event', 'bare-signal'],
});

/** An import. */
export const bulk = throughput({
  name: 'bulk',
  description: '2,000 aggregates with 5 events each, one call per aggregate, 500 callers',
  load: { aggregates: 2_000, eventsPerAggregate: 5, eventsPerCall: 5, callers: 500 },
  reduced: {
    'per-aggregate': { aggregates: 500 },
    'workflow-per-event': { aggregates: 100 },
    'outbox-polling': { aggregates: 1_000 },
    'outbox-replication': { aggregates: 1_000 },
  },
  // Bounds of calls that carry one event each, and of a single aggregate.
  without: ['bare-signal', 'direct-new-process'],
  quickReduced: { 'direct-awaited': { aggregates: 1_000 } },
  quick: ['partitions-8', 'direct-awaited', 'batched-by-hand'],
});

/** Few aggregates that are busy. */
export const hot = throughput({
  name: 'hot',
  description: '50 aggregates with 20 events each, one call per event, a caller for each aggregate',
  load: { aggregates: 50, eventsPerAggregate: 20, eventsPerCall: 1, callers: 50 },
  reduced: { 'workflow-per-event': { eventsPerAggregate: 8 } },
  contenders: [
    'per-aggregate',
    'partitions-8',
    'workflow-per-event',
    'direct-awaited',
    'batched-by-hand',
    'bare-signal',
  ],
  quickReduced: { 'workflow-per-event': { eventsPerAggregate: 3 } },
  quick: ['per-aggregate', 'workflow-per-event', 'bare-signal'],
});

/** One aggregate, whose events can only leave one after the other. */
export const single = throughput({
  name: 'single',
  description: '1 aggregate with 300 events, one call; direct-new-process is the bound: 1 / SNS round trip',
  load: { aggregates: 1, eventsPerAggregate: 300, eventsPerCall: 300, callers: 1 },
  reduced: { 'workflow-per-event': { eventsPerAggregate: 30, eventsPerCall: 30 } },
  contenders: ['per-aggregate', 'workflow-per-event', 'direct-new-process'],
  quickReduced: {
    'per-aggregate': { eventsPerAggregate: 130, eventsPerCall: 130 },
    'direct-new-process': { eventsPerAggregate: 130, eventsPerCall: 130 },
  },
  quick: ['per-aggregate', 'direct-new-process'],
});
