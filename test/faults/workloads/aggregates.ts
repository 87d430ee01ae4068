import { drive } from '../driver.ts';
import { faultTopic } from '../topics.ts';
import type { Workload } from '../workload.ts';

/** Publishers of orders close when an aggregate is quiet for a moment; those of customers stay open. */
const ORDER_LINGER_MS = 3_000;

/** A publisher for each aggregate, and two collectors. */
export const aggregates: Workload = {
  name: 'aggregates',
  topics: [faultTopic('Customer'), faultTopic('Order', { settings: { lingerMs: ORDER_LINGER_MS } })],
  topology: 'shop',
  collectors: ['ReadModel', 'Notification'],
  use: (scene) => drive(scene, { callers: 6, maxEventsPerCall: 20 }),
};
