import { ApplicationFailure } from '@temporalio/client';
import { checkedResults } from '../../activities/checked-results.ts';
import type { EventPublisher, PublishResult } from '../../activities/event-publisher.ts';
import { type EventTypeOf, toStreamEntry } from '../../activities/stream-entry.ts';
import {
  CONFIGURATION_RETRY_DELAY_MS,
  RETRY_FIRST_DELAY_MS,
  RETRY_MAX_DELAY_MS,
} from '../../common/defaults.ts';
import type { EventStreamReader } from '../../common/event-log.ts';
import type {
  AggregateEntries,
  AggregateOutcome,
  PublishFailure,
  PublishReceipt,
} from '../../common/protocol/activities.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { AggregateGap } from '../../workflows/state/partition/partition.ts';

/** Where an in-memory topic publishes to, and what it reads missing events from. */
export interface InMemoryTarget {
  readonly topic: string;
  readonly publisher: EventPublisher;
  readonly eventLog: EventStreamReader | undefined;
  readonly eventTypeOf: EventTypeOf;
}

/** Publishes one event after the other, and stops at the first that fails, or when the signal is aborted. */
export async function publishInOrder(
  target: InMemoryTarget,
  { entries }: AggregateEntries,
  signal: AbortSignal,
): Promise<AggregateOutcome> {
  const receipts: PublishReceipt[] = [];
  for (const entry of entries) {
    if (signal.aborted) break;
    const result = await publishOne(target, entry, signal);
    if (!result.ok) return { receipts, ...(signal.aborted ? {} : { failure: result.failure }) };
    receipts.push(result.receipt);
  }
  return { receipts };
}

async function publishOne(
  { publisher, topic }: InMemoryTarget,
  entry: PublishEntry,
  signal: AbortSignal,
): Promise<PublishResult> {
  if (entry.refused) return { ok: false, failure: { kind: 'event', ...entry.refused } };
  try {
    const [result] = checkedResults([entry], await publisher.publish(topic, [entry], signal));
    return result ?? failed('WrongAnswer', 'The publisher gave no result');
  } catch (error) {
    const reason = reasonOf(error);
    if (!(error instanceof ApplicationFailure) || !error.nonRetryable)
      return failed('PublisherFailed', reason);
    return { ok: false, failure: { kind: 'event', code: error.type ?? 'NonRetryable', reason } };
  }
}

function failed(code: string, reason: string): PublishResult {
  return { ok: false, failure: { kind: 'retry', code, reason } };
}

/** What Temporal tries an activity again for: it published nothing, and no event is at fault. */
export function retryable(outcomes: readonly AggregateOutcome[]): PublishFailure | undefined {
  if (outcomes.some(({ receipts, failure }) => receipts.length > 0 || failure?.kind === 'event'))
    return undefined;
  return outcomes.find(({ failure }) => failure)?.failure;
}

/** How long Temporal waits before it tries an activity again. */
export function retryDelay({ kind }: PublishFailure, attempt: number): number {
  if (kind === 'configuration') return CONFIGURATION_RETRY_DELAY_MS;
  return Math.min(RETRY_FIRST_DELAY_MS * 2 ** (attempt - 1), RETRY_MAX_DELAY_MS);
}

/** What the EventLog has of missing events, and what is wrong when that is not all. It is asked once. */
export async function readMissing(
  { eventLog, eventTypeOf }: InMemoryTarget,
  { id, from, to }: AggregateGap,
): Promise<{ entries: readonly PublishEntry[]; why: string }> {
  if (!eventLog) return { entries: [], why: 'there is no EventLog to ask' };
  const entries: PublishEntry[] = [];
  try {
    let after = from - 1;
    for await (const message of eventLog.readStream(id, from)) {
      const entry = toStreamEntry(message, { id, after }, eventTypeOf);
      after = entry.message.position;
      if (after <= to) entries.push(entry);
      if (after >= to) break;
    }
  } catch (error) {
    return { entries: [], why: `the EventLog does not answer: ${reasonOf(error)}` };
  }
  return { entries, why: 'the EventLog has no such event' };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
