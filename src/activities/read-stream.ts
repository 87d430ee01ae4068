import { type ApplicationFailure, CancelledFailure, Context, heartbeat } from '@temporalio/activity';
import { describe, invalidArgument } from '../common/arguments.ts';
import type { PayloadStore } from '../common/claim-check.ts';
import { countWithin } from '../common/count-within.ts';
import { ACTIVITY_LIMITS } from '../common/defaults.ts';
import type { EventStreamReader } from '../common/event-log.ts';
import { fitMessage, type MessageLimits } from '../common/fit-message.ts';
import { READ_STREAM_ACTIVITY } from '../common/names.ts';
import { uploadBodies } from '../common/offload.ts';
import type { ReadStreamInput, ReadStreamResult } from '../common/protocol/activities.ts';
import type { PublishEntry } from '../common/protocol/entry.ts';
import { withHeartbeats } from './heartbeats.ts';
import { configurationFailure, unavailableFailure, unknownTopicFailure } from './publish-failure.ts';
import { type EventTypeOf, type StreamEntry, toStreamEntry } from './stream-entry.ts';

/** The activity that reads missing events, by name. */
export type ReadStreamActivities = Record<
  typeof READ_STREAM_ACTIVITY,
  (input: ReadStreamInput) => Promise<ReadStreamResult>
>;

/** Where the missing events of one topic are read from. */
export interface StreamSource {
  /** The application's EventLog. Default: none; the answer says that nothing was asked. */
  readonly eventLog?: EventStreamReader;
  /** Type of an event, as the topic's definition makes it. */
  readonly eventTypeOf: EventTypeOf;
  /** Finds out where a publisher begins that does not know what was published before. Default: nobody knows. */
  readonly findWatermark?: (input: ReadStreamInput) => Promise<number | undefined>;
  /** How large a message may be, and where the body of a larger one goes. Default: any size, as it is. */
  readonly limits?: MessageLimits & { readonly store?: PayloadStore | undefined };
}

/**
 * The activity that reads events missing in a stream, for the topics of a worker: the first of them, as many as one payload
 * may hold. Temporal tries again when the EventLog fails, and slowly when it breaks its promises.
 *
 * A message that is too large goes to the claim check, as when it is published; without one, SNS will refuse it.
 */
export function createReadStreamActivities(sources: ReadonlyMap<string, StreamSource>): ReadStreamActivities {
  if (!(sources instanceof Map))
    throw invalidArgument('createReadStreamActivities(sources)', [
      `sources is a Map by topic name, not ${describe(sources)}`,
    ]);
  return {
    [READ_STREAM_ACTIVITY]: async (input) => {
      const source = sources.get(input.topic);
      if (source === undefined) throw unknownTopicFailure(input.topic, [...sources.keys()]);
      const { eventLog, findWatermark } = source;
      if (input.isFirst) return await withHeartbeats(heartbeat, () => askWhereToBegin(input, findWatermark));
      if (eventLog === undefined) return { entries: [], asked: false };
      const messages = readStream(eventLog, input);
      const entries = await withHeartbeats(heartbeat, () => firstEntries(messages, input, source));
      return { entries, asked: true };
    },
  };
}

async function askWhereToBegin(
  input: ReadStreamInput,
  findWatermark: StreamSource['findWatermark'],
): Promise<ReadStreamResult> {
  const watermark = await findWatermark?.(input);
  return {
    entries: [],
    asked: findWatermark !== undefined,
    ...(watermark === undefined ? {} : { watermark }),
  };
}

async function firstEntries(
  messages: AsyncIterable<unknown>,
  input: ReadStreamInput,
  { eventTypeOf, limits }: StreamSource,
): Promise<readonly PublishEntry[]> {
  const entries: PublishEntry[] = [];
  for await (const message of messages) {
    const after = entries.at(-1)?.message.position ?? input.from - 1;
    const entry = checked(message, { ...input, after }, eventTypeOf);
    const { position } = entry.message;
    if (position <= input.to) entries.push(await fit(input.topic, entry, limits));
    if (position >= input.to || isFull(entries)) break;
  }
  return entries.slice(0, countWithin(entries, ACTIVITY_LIMITS));
}

async function fit(topic: string, entry: StreamEntry, limits: StreamSource['limits']): Promise<PublishEntry> {
  const fitted = limits ? fitMessage(topic, entry, limits) : { entry };
  if ('tooLarge' in fitted) return entry;
  if (fitted.upload && limits?.store) {
    await uploadBodies([fitted.upload], limits.store, Context.current().cancellationSignal);
  }
  return fitted.entry;
}

/** There is no room for another one, or the last one was too much. */
function isFull(entries: readonly PublishEntry[]): boolean {
  return (
    entries.length === ACTIVITY_LIMITS.maxEntries || countWithin(entries, ACTIVITY_LIMITS) < entries.length
  );
}

function checked(
  message: unknown,
  wanted: ReadStreamInput & { readonly after: number },
  eventTypeOf: EventTypeOf,
): StreamEntry {
  try {
    return toStreamEntry(message, wanted, eventTypeOf);
  } catch (fault) {
    throw wrongAnswer(message, wanted, fault);
  }
}

/** The EventLog's messages. Closes its iterator, and does not wait for it once the activity is cancelled. */
async function* readStream(eventLog: EventStreamReader, input: ReadStreamInput): AsyncGenerator<unknown> {
  const { cancelled } = Context.current();
  try {
    const iterator = eventLog.readStream(input.id, input.from)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await Promise.race([iterator.next(), cancelled]);
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await Promise.race([iterator.return?.(), cancelled]);
    }
  } catch (error) {
    throw error instanceof CancelledFailure ? error : eventLogFailed(input, error);
  }
}

function eventLogFailed({ topic, id, from }: ReadStreamInput, error: unknown): ApplicationFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return unavailableFailure(
    `The EventLog cannot be read for now: ${reason} [topic=${topic} id=${id} from=${from}]. If it lasts, check that the worker reaches it`,
  );
}

function wrongAnswer(
  message: unknown,
  { topic, id, from, after }: ReadStreamInput & { readonly after: number },
  fault: unknown,
): ApplicationFailure {
  const { position = 'none' } = (message ?? {}) as { readonly position?: unknown };
  const reason = fault instanceof Error ? fault.message : String(fault);
  return configurationFailure(
    `The EventLog gave a wrong message: ${reason} [topic=${topic} id=${id} position=${position} from=${from} after=${after}]. Correct its readStream(); it is tried again by itself`,
  );
}
