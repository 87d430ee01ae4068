import type { MockActivityEnvironment } from '@temporalio/testing';
import { createReadStreamActivities, type StreamSource } from '../../../../src/activities/read-stream.ts';
import type { EventStreamReader } from '../../../../src/common/event-log.ts';
import type { ReadStreamInput, ReadStreamResult } from '../../../../src/common/protocol/activities.ts';
import { defaultEventType } from '../../../../src/event-topic.ts';
import { activityEnvironment } from '../../../support/activity-environment.ts';
import { type CustomerMessage, customerMessage } from '../../../support/messages.ts';

/** Gives whatever it holds, from the position on, and keeps how it was read. */
export class FakeEventLog implements EventStreamReader {
  readonly reads: (readonly [id: string, fromPosition: number])[] = [];
  /** Positions that were fetched. */
  readonly fetched: unknown[] = [];
  closed = 0;
  readonly #messages: readonly unknown[];

  /** Gives exactly these, whatever they are. */
  constructor(messages: readonly unknown[]) {
    this.#messages = messages;
  }

  async *readStream(id: string, fromPosition: number): AsyncGenerator<CustomerMessage> {
    this.reads.push([id, fromPosition]);
    try {
      for (const message of this.#messages as readonly CustomerMessage[]) {
        this.fetched.push(message?.position);
        yield message;
      }
    } finally {
      this.closed += 1;
    }
  }
}

/** The stored messages `m-<from>` … `m-<to>` of the aggregate C-1, with their positions. */
export function stored(from: number, to: number): readonly CustomerMessage[] {
  return Array.from({ length: to - from + 1 }, (_, index) =>
    customerMessage(from + index, { position: from + index }),
  );
}

/** Input that asks for these positions of the aggregate C-1. */
export function missing(from: number, to: number): ReadStreamInput {
  return { topic: 'Customer', id: 'C-1', from, to };
}

/** Runs the activity as a worker does. */
export function runReadStream(
  source: Partial<StreamSource>,
  input: ReadStreamInput,
  environment: MockActivityEnvironment = activityEnvironment(),
): Promise<ReadStreamResult> {
  const { eventTopicReadStream } = createReadStreamActivities(
    new Map([['Customer', { eventTypeOf: defaultEventType, ...source }]]),
  );
  return environment.run<[ReadStreamInput], ReadStreamResult, typeof eventTopicReadStream>(
    eventTopicReadStream,
    input,
  );
}
