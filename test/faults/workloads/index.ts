import type { Workload } from '../workload.ts';
import { aggregates } from './aggregates.ts';
import { operators } from './operators.ts';
import { partitions } from './partitions.ts';
import { positions } from './positions.ts';
import { receipts } from './receipts.ts';
import { standard } from './standard.ts';
import { stream } from './stream.ts';

/** All that a round can do; by default it does it all at the same time. */
export const WORKLOADS: readonly Workload[] = [
  aggregates,
  partitions,
  positions,
  receipts,
  stream,
  operators,
  standard,
];
