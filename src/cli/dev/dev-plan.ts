import type { EventTopicDefinition } from '../../event-topic.ts';
import type { Topology } from './topology.ts';

/** What is started, and where it listens. */
export interface DevPlan {
  readonly topology: Topology;
  /** Of the topics, those whose code is known. */
  readonly definitions: readonly EventTopicDefinition[];
  /** 0: any that is free. */
  readonly ports: { readonly temporal: number; readonly ui: number; readonly aws: number };
  readonly namespace: string;
  readonly taskQueue: string;
  /** File that keeps what Temporal holds. Undefined: memory. */
  readonly dbFile?: string | undefined;
  /** File that the environment variables of a second terminal are written to. Undefined: none, they are printed. */
  readonly envFile?: string | undefined;
}
