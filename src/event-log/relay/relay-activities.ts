import { Context, heartbeat } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { withHeartbeats } from '../../activities/heartbeats.ts';
import { isEventTopicError } from '../../common/errors.ts';
import type { Checkpoint, EventLog } from '../../common/event-log.ts';
import {
  FAILURE_TYPES,
  OPEN_RELAY_ACTIVITY,
  RELAY_EVENTS_ACTIVITY,
  VERIFY_EVENTS_ACTIVITY,
} from '../../common/names.ts';
import { type Heartbeat, progressOf, toHeartbeat } from '../../common/protocol/heartbeat.ts';
import type {
  OpenRelayInput,
  OpenRelayResult,
  RelayEventsInput,
  RelayProgress,
  VerifyInput,
  VerifyReport,
} from '../../common/protocol/relay.ts';
import { readPage } from './read-page.ts';
import { RelayPass } from './relay-pass.ts';
import { nameOf, type ReadableSource, type RelaySource, sourceOf } from './relay-source.ts';
import { RelayTelemetry } from './relay-telemetry.ts';
import { verifyEvents } from './verify-events.ts';

/** The activities of relays, by name. */
export interface RelayActivities {
  readonly [OPEN_RELAY_ACTIVITY]: (input: OpenRelayInput) => Promise<OpenRelayResult>;
  readonly [RELAY_EVENTS_ACTIVITY]: (input: RelayEventsInput) => Promise<RelayProgress>;
  readonly [VERIFY_EVENTS_ACTIVITY]: (input: VerifyInput) => Promise<VerifyReport>;
}

/**
 * The activities that publish what an EventLog holds, for the topics of a worker. What `stopping` gives aborts when the worker begins to
 * shut down: an activity that waits for news ends then, and another worker goes on.
 */
export function createRelayActivities(
  sources: ReadonlyMap<string, RelaySource>,
  stopping: () => AbortSignal,
): RelayActivities {
  return {
    [OPEN_RELAY_ACTIVITY]: (input) =>
      withHeartbeats(heartbeat, () =>
        open(
          refusing(() => sourceOf(sources, input.topic)),
          input,
        ),
      ),
    [RELAY_EVENTS_ACTIVITY]: async (input) => {
      const source = sourceOf(sources, input.topic);
      const { cancellationSignal, client, info, metricMeter } = Context.current();
      const before = info.heartbeatDetails as Heartbeat<RelayProgress> | undefined;
      const pass = new RelayPass(source, {
        client,
        input,
        ...(before ? { resumed: progressOf(before) } : {}),
        isUncertain: input.isUncertain === true || info.attempt > 1,
        signal: AbortSignal.any([cancellationSignal, stopping()]),
      });
      const telemetry = new RelayTelemetry(input.topic, { meter: metricMeter, healed: pass.progress.healed });
      const end = await withHeartbeats(
        () => {
          heartbeat(toHeartbeat(pass, info.attempt));
          telemetry.say(pass.progress);
        },
        () => pass.run(),
      );
      telemetry.say(end);
      return end;
    },
    [VERIFY_EVENTS_ACTIVITY]: (input) =>
      withHeartbeats(heartbeat, () =>
        verifyEvents(
          refusing(() => sourceOf(sources, input.topic)),
          {
            input,
            client: Context.current().client,
            signal: Context.current().cancellationSignal,
          },
        ),
      ),
  };
}

/** Whoever starts a relay is told at once, instead of waiting for a deploy. */
function refusing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw refusal(error);
  }
}

function refusal(error: unknown): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    error instanceof Error ? error.message : String(error),
    FAILURE_TYPES.refused,
  );
}

async function open({ eventLog }: ReadableSource, { topic, from }: OpenRelayInput): Promise<OpenRelayResult> {
  const signal = Context.current().cancellationSignal;
  try {
    await eventLog.check?.(signal);
    const checkpoint = await placeOf(eventLog, from, signal);
    // Whether it is one of this EventLog's, only the EventLog knows.
    if (checkpoint !== undefined) await readPage(eventLog, { topic, after: checkpoint, limit: 1, signal });
    return { eventLog: nameOf(eventLog), ...(checkpoint === undefined ? {} : { checkpoint }) };
  } catch (error) {
    const isFinal =
      isEventTopicError(error) ||
      (error instanceof ApplicationFailure && error.type === FAILURE_TYPES.configuration);
    throw isFinal ? refusal(error) : error;
  }
}

async function placeOf(
  eventLog: EventLog,
  from: OpenRelayInput['from'],
  signal: AbortSignal,
): Promise<Checkpoint | undefined> {
  if (from === 'beginning') return undefined;
  if (from !== 'end') return from.checkpoint;
  if (eventLog.end) return await eventLog.end(signal);
  throw ApplicationFailure.nonRetryable(
    "The EventLog does not know its end: begin at the 'beginning', or behind a checkpoint",
    FAILURE_TYPES.refused,
  );
}
