import type { Client } from '@temporalio/client';
import type { Refusals } from './refusals.ts';
import type { SendLog } from './send-log.ts';
import type { Streams } from './streams.ts';
import type { Tally } from './tally.ts';
import type { FaultTopic } from './topics.ts';
import type { SentWhilePaused } from './workloads/pauses.ts';

/** How much a workload publishes in one round. */
export interface WorkloadSize {
  readonly events: number;
  readonly aggregatesPerTopic: number;
  /** Longest pause of a caller between its bursts of calls. */
  readonly pauseMs: number;
}

/** One way to use the package: topics of its own, and what is done with them while everything around fails. */
export interface Workload {
  readonly name: string;
  readonly topics: readonly FaultTopic[];
  /** Where its SNS topics come from: the deployable program, or more of the same components, or standard ones. */
  readonly topology: 'shop' | 'fifo' | 'standard';
  /** Each receives all events of its topics. */
  readonly collectors: readonly string[];
  use(scene: Scene): Use;
}

/** What a workload works with in one round. */
export interface Scene {
  readonly seed: number;
  readonly size: WorkloadSize;
  readonly topics: readonly FaultTopic[];
  /** The callers take turns in using them. */
  readonly clients: readonly Client[];
  /** What is published: every event stands here before it is handed over. */
  readonly streams: Streams;
  readonly log: SendLog;
  readonly refusals: Refusals;
  readonly tally: Tally;
  /** Aborted when the round is over, or given up. */
  readonly signal: AbortSignal;
}

/** A workload under way. */
export interface Use {
  /** Resolves when everything is accepted, and nobody but the workers has anything left to do. */
  run(): Promise<void>;
  /** Looks at the end result, when collectors have everything. */
  finish?(): Promise<void>;
  /** How often what is special about it happened. */
  readonly counts: Readonly<Record<string, number>>;
  readonly sentWhilePaused?: readonly SentWhilePaused[];
  /** What must not be. */
  readonly faults: readonly string[];
}
