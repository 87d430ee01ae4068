import type { MockActivityEnvironment } from '@temporalio/testing';
import type { EventPublisher, PublishResult } from '../../../../src/activities/event-publisher.ts';
import { createPublishActivities, type PublishOptions } from '../../../../src/activities/publish-events.ts';
import type {
  PublishEventsInput,
  PublishEventsResult,
  PublishFailure,
  PublishReceipt,
} from '../../../../src/common/protocol/activities.ts';
import type { PublishEntry } from '../../../../src/common/protocol/entry.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { customerEntries, msgIdsOf } from '../../../support/messages.ts';

/** A publisher that answers as told, per msgId; it publishes everything by default. */
export class FakePublisher implements EventPublisher {
  maxBatchEntries = 10;
  sameAggregateBatching?: boolean;
  /** msgIds of the requests, in the order in which they were made. */
  readonly requested: string[] = [];
  /** The same, request by request. */
  readonly batches: (readonly string[])[] = [];
  /** Why an event is not published; undefined when it is. */
  answer: (
    msgId: string,
    signal: AbortSignal,
  ) => PublishFailure | undefined | Promise<PublishFailure | undefined> = () => undefined;

  async publish(
    _topic: string,
    entries: readonly PublishEntry[],
    signal: AbortSignal,
  ): Promise<readonly PublishResult[]> {
    this.batches.push(msgIdsOf(entries));
    return Promise.all(entries.map((entry) => this.#publishOne(entry, signal)));
  }

  describe(): string {
    return 'fake';
  }

  async #publishOne({ message }: PublishEntry, signal: AbortSignal): Promise<PublishResult> {
    const { msgId } = message.meta;
    this.requested.push(msgId);
    const failure = await this.answer(msgId, signal);
    return failure ? { ok: false, failure } : { ok: true, receipt: receiptOf(msgId) };
  }
}

export function receiptOf(msgId: string): PublishReceipt {
  return { msgId, snsMessageId: `sns-${msgId}` };
}

export function receiptsOf(...msgIds: readonly string[]): readonly PublishReceipt[] {
  return msgIds.map(receiptOf);
}

/** Input with the events `m-<from>` … `m-<to>` per aggregate. */
export function inputOf(
  ranges: Readonly<Record<string, readonly [from: number, to: number]>>,
): PublishEventsInput {
  return {
    topic: 'Customer',
    aggregates: Object.entries(ranges).map(([id, [from, to]]) => ({
      id,
      entries: customerEntries(from, to, { id }),
    })),
  };
}

/** Runs the publish activity as a worker does. */
export function runActivity(
  publisher: EventPublisher,
  input: PublishEventsInput,
  environment: MockActivityEnvironment = activityEnvironment(),
  options: PublishOptions = {},
): Promise<PublishEventsResult> {
  const { eventTopicPublishEvents } = createPublishActivities(
    new Map([['Customer', publisher]]),
    new Map([['Customer', options]]),
  );
  return environment.run<[PublishEventsInput], PublishEventsResult, typeof eventTopicPublishEvents>(
    eventTopicPublishEvents,
    input,
  );
}
