import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Database } from '../../examples/postgres-server.ts';

export type ConsumerName =
  | 'bare'
  | 'powertools'
  | 'collector-memory'
  | 'bare-postgres'
  | 'collector-postgres';

/** One way to handle what is in a queue. */
export interface Consumer {
  readonly name: ConsumerName;
  /** Its handler writes into PostgreSQL. Default: it does nothing. */
  readonly writes?: boolean;
}

export const CONSUMERS: readonly Consumer[] = [
  { name: 'bare' },
  { name: 'powertools' },
  { name: 'collector-memory' },
  { name: 'bare-postgres', writes: true },
  { name: 'collector-postgres', writes: true },
];

/** What a consumer works with. */
export interface Consuming {
  readonly client: SQSClient;
  readonly queueUrl: string;
  /** Receives at the same time; each brings ten messages at most. */
  readonly pollers: number;
  /** For those who write. */
  readonly database: Database | undefined;
  /** The handler's only work beside its writing: event `number` of an aggregate was here. */
  readonly handled: (id: string, number: number) => void;
}

/** Begins to consume. Resolves with how to end that. */
export type StartConsumer = (consuming: Consuming) => Promise<() => Promise<void>>;

/** SQS: messages of a receive, at most. */
export const BATCH = 10;
/** Only the last receive finds nothing. */
export const WAIT_SECONDS = 1;
export const VISIBILITY_SECONDS = 30;
