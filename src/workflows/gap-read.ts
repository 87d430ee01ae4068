import { CancellationScope, isCancellation, log } from '@temporalio/workflow';
import {
  HEARTBEAT_TIMEOUT_MS,
  READ_STREAM_PATIENCE_MS,
  READ_STREAM_TIMEOUT_MS,
  RETRY_FIRST_DELAY_MS,
  RETRY_MAX_DELAY_MS,
} from '../common/defaults.ts';
import { READ_STREAM_ACTIVITY } from '../common/names.ts';
import type { ReadStreamInput, ReadStreamResult } from '../common/protocol/activities.ts';
import { activityNamed } from './activity-named.ts';
import type { GapAnswer } from './state/aggregate/stream-order.ts';
import type { AggregateGap } from './state/partition/partition.ts';

/** Asks the EventLog for the events that are missing in one aggregate's stream. */
export class GapRead {
  readonly gap: AggregateGap;
  readonly #scope = new CancellationScope();
  #answer: GapAnswer | undefined;
  isDone = false;

  constructor(topic: string, gap: AggregateGap) {
    this.gap = gap;
    void this.#scope
      .run(() => readStream({ topic, ...gap }))
      .then(
        ({ entries, asked, watermark }) =>
          this.#end({
            entries,
            why: asked ? NOT_THERE : NO_EVENT_LOG,
            ...(watermark === undefined ? {} : { watermark }),
          }),
        (error) => this.#end(this.#answerOf(error)),
      );
  }

  /** Undefined when the run had to end first: somebody has to ask again. */
  get answer(): GapAnswer | undefined {
    return this.#answer;
  }

  cancel(): void {
    this.#scope.cancel();
  }

  /** Where to begin is asked until there is an answer: what begins too late in a stream cannot be put right. */
  #answerOf(error: unknown): GapAnswer | undefined {
    if (isCancellation(error)) return undefined;
    const why = noAnswer(error);
    return this.gap.isFirst ? undefined : { entries: [], why };
  }

  #end(answer: GapAnswer | undefined): void {
    this.#answer = answer;
    this.isDone = true;
  }
}

const NOT_THERE = 'the EventLog has no such event';
const NO_EVENT_LOG = 'the worker has no EventLog to ask';

function noAnswer(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  log.warn('The EventLog does not answer for missing events', { reason });
  return `the EventLog does not answer: ${reason}`;
}

function readStream(input: ReadStreamInput): Promise<ReadStreamResult> {
  const read = activityNamed<ReadStreamInput, ReadStreamResult>(READ_STREAM_ACTIVITY, {
    startToCloseTimeout: READ_STREAM_TIMEOUT_MS,
    scheduleToCloseTimeout: READ_STREAM_PATIENCE_MS,
    heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
    retry: {
      initialInterval: RETRY_FIRST_DELAY_MS,
      backoffCoefficient: 2,
      maximumInterval: RETRY_MAX_DELAY_MS / 2,
    },
    summary: input.isFirst
      ? 'find out where to begin in the stream'
      : 'read missing events from the EventLog',
  });
  return read(input);
}
