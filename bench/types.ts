import type { EventMessage } from 'temporal-event-topic';
import type { Costs } from './temporal-costs.ts';
import type { Usage } from './usage.ts';

/** What the benchmark publishes: an event that knows its place, so that order can be checked on arrival. */
export type BenchMessage = EventMessage<BenchEvent>;

export interface BenchEvent {
  readonly type: 'Renamed';
  /** 1, 2, 3 … in its aggregate. */
  readonly number: number;
  readonly name: string;
}

/** What a contender works with during one run; all of it is this run's own. */
export interface Setting {
  /** Name of the topic, different in each run. */
  readonly topic: string;
  readonly topicArn: string;
  /** The SNS stub. */
  readonly endpoint: string;
  /** Of the Temporal server; all contenders share it. */
  readonly temporalAddress: string;
  /** Bundle of the workflows of `workflows.ts`. */
  readonly workflowBundle: string;
  /** Where to write CPU profiles. Undefined: nowhere. */
  readonly profileFolder: string | undefined;
  /** What a workload asks of the project's worker beyond its defaults. */
  readonly worker?: WorkerTuning;
}

export interface WorkerTuning {
  readonly maxCachedWorkflows?: number;
  readonly sameAggregateBatching?: boolean;
}

/** One way to hand events to SNS. */
export interface Contender {
  readonly name: ContenderName;
  /** One line for the readme and the table. */
  readonly description: string;
  /** False: it is expected to break the order of an aggregate's events. */
  readonly keepsOrder: boolean;
  /** False: it only hands events over, and nothing arrives at SNS. Its speed is that of the answers it gets. Default: true. */
  readonly publishes?: boolean;
  /** Others' software that may get stuck: a round then goes on without it, and says so. Default: the benchmark fails. */
  readonly mayFail?: boolean;
  /** Why it cannot run here; undefined when it can. */
  unavailable?(): Promise<string | undefined>;
  /** What a workload asks of its worker beyond the defaults. */
  readonly worker?: WorkerTuning;
  start(setting: Setting): Promise<Session>;
  /** Ends what it keeps between its runs. */
  close?(): Promise<void>;
}

export type ContenderName =
  | 'per-aggregate'
  | 'partitions-8'
  | 'relay-tail'
  | 'workflow-per-event'
  | 'direct-awaited'
  | 'direct-new-process'
  | 'batched-by-hand'
  | 'message-queue-toolkit'
  | 'direct-promise-all'
  | 'outbox-polling'
  | 'outbox-replication'
  | 'bare-signal';

/** A contender that runs. */
export interface Session {
  /**
   * Publishes messages of one aggregate. Resolves when the caller may publish that aggregate's next ones without endangering the order;
   * says by `accepted` when each of them is durably held, or, where nothing holds them, at SNS: now, or at a time of `nowMs`.
   */
  publish(
    messages: readonly BenchMessage[],
    accepted: (message: BenchMessage, when?: { readonly atMs: number | undefined }) => void,
  ): Promise<void>;
  /** Of the process that publishes on behalf of callers, since it started; undefined when callers do it themselves. */
  usage?(): Promise<Usage>;
  /** What it left in Temporal; undefined when it does not use it. */
  costs?(): Promise<Costs>;
  stop(): Promise<void>;
}
