import { drive } from '../driver.ts';
import { faultTopic } from '../topics.ts';
import type { Workload } from '../workload.ts';

/** A standard SNS topic: events are sent in order, several of an aggregate at a time; what they become then is SNS's affair. */
export const standard: Workload = {
  name: 'standard',
  topics: [faultTopic('Metric')],
  topology: 'standard',
  collectors: ['Metrics'],
  use: (scene) => drive(scene, { callers: 2, maxEventsPerCall: 12 }),
};
