import { readFileSync } from 'node:fs';
import type { EventMessage } from '../../src/common/message.ts';
import type { WireMessage } from '../../src/common/wire-format.ts';

/** One entry of docs/spec/vectors/messages.json. */
export interface MessageVector extends WireMessage {
  readonly title: string;
  readonly topic: string;
  readonly message: EventMessage;
  readonly eventType: string | null;
  readonly messageGroupId: string;
  readonly messageDeduplicationId: string;
  readonly size: number;
}

/** One entry of docs/spec/vectors/claim-checks.json. */
export interface ClaimCheckVector extends WireMessage {
  readonly title: string;
  readonly topic: string;
  readonly message: EventMessage;
  readonly eventType: string | null;
  readonly bucket: string;
  readonly prefix: string;
  /** What is in S3. */
  readonly object: string;
  readonly key: string;
  readonly size: number;
}

export interface SnsIdVector {
  readonly title: string;
  readonly id: string;
  readonly snsId: string;
}

export interface WorkflowIdVector {
  readonly title: string;
  readonly topic: string;
  readonly aggregateId: string;
  readonly workflowId: string;
}

export interface PartitionVector extends WorkflowIdVector {
  readonly partitions: string;
}

/** docs/spec/vectors/ids.json, its texts written out. */
export interface IdVectors {
  readonly partition: readonly PartitionVector[];
  readonly sns: readonly SnsIdVector[];
  readonly workflow: readonly WorkflowIdVector[];
}

export function messageVectors(): readonly MessageVector[] {
  return read('messages.json') as readonly MessageVector[];
}

export function claimCheckVectors(): readonly ClaimCheckVector[] {
  return read('claim-checks.json') as readonly ClaimCheckVector[];
}

export function idVectors(): IdVectors {
  const lists = Object.entries(read('ids.json') as Record<string, readonly Record<string, Text>[]>);
  return Object.fromEntries(
    lists.map(([name, list]) => [name, list.map(writtenOut)]),
  ) as unknown as IdVectors;
}

type Text = string | readonly (string | { readonly repeat: string; readonly times: number })[];

function writtenOut(vector: Record<string, Text>): Record<string, string> {
  return Object.fromEntries(Object.entries(vector).map(([key, text]) => [key, join(text)]));
}

function join(text: Text): string {
  if (typeof text === 'string') return text;
  return text.map((part) => (typeof part === 'string' ? part : part.repeat.repeat(part.times))).join('');
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../docs/spec/vectors/${file}`, import.meta.url), 'utf8'));
}
