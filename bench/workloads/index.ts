import type { Workload } from '../workload.ts';
import { collect } from './collect.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { latency } from './latency.ts';
import { bulk, cold, hot, single } from './loads.ts';
import { outage } from './outage.ts';
import { sweep } from './sweep.ts';

/** In the order in which they run. */
export const WORKLOADS: readonly Workload[] = [
  cold,
  bulk,
  hot,
  single,
  latency,
  outage,
  growth,
  idle,
  sweep,
  collect,
];
