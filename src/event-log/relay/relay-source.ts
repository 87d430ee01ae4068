import { configurationFailure, unknownTopicFailure } from '../../activities/publish-failure.ts';
import type { PayloadStore } from '../../common/claim-check.ts';
import type { EventLog, EventStreamReader } from '../../common/event-log.ts';
import type { MessageLimits } from '../../common/fit-message.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';

/** What a worker knows of a topic that a relay may publish. */
export interface RelaySource {
  /** As the application defines the topic; its schema checks what is stored. A worker that knows only the name takes any event. */
  readonly definition: Pick<EventTopicDefinition, 'event' | 'eventType'>;
  readonly eventLog: EventStreamReader | undefined;
  readonly limits: MessageLimits & { readonly store?: PayloadStore | undefined };
}

export interface ReadableSource extends RelaySource {
  readonly eventLog: EventLog;
}

/** The source of that topic, whose EventLog can be read. Throws what Temporal tries again, slowly: another worker, or a deploy, may have it. */
export function sourceOf(sources: ReadonlyMap<string, RelaySource>, topic: string): ReadableSource {
  const source = sources.get(topic);
  if (source === undefined) throw unknownTopicFailure(topic, [...sources.keys()]);
  if (isReadable(source)) return source;
  const what = source.eventLog === undefined ? 'has no EventLog' : 'has an EventLog without readAll()';
  throw configurationFailure(
    `This worker ${what} for the EventTopic, so no relay can publish it [topic=${topic}]. Give the topic an \`eventLog\`, as new PostgresEventLog({ pool }), on all workers of the task queue`,
  );
}

function isReadable(source: RelaySource): source is ReadableSource {
  return typeof (source.eventLog as Partial<EventLog> | undefined)?.readAll === 'function';
}

/** Names an EventLog for people. */
export function nameOf(eventLog: EventLog): string {
  return eventLog.describe?.() ?? eventLog.constructor.name;
}
