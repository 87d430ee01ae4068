import { CancelledFailure } from '@temporalio/activity';
import { configurationFailure, unavailableFailure } from '../../activities/publish-failure.ts';
import { isRecord } from '../../common/arguments.ts';
import { RELAY_PAGE_CHARS } from '../../common/defaults.ts';
import { isEventTopicError } from '../../common/errors.ts';
import type { Checkpoint, EventLog, StoredEvent } from '../../common/event-log.ts';
import { nameOf } from './relay-source.ts';

export interface PageRequest {
  readonly topic: string;
  readonly after: Checkpoint | undefined;
  readonly limit: number;
  readonly signal: AbortSignal;
}

/**
 * The next events of an EventLog, as many as wanted or as memory may hold. What breaks the port's promise is refused here: published, it could
 * not be taken back.
 */
export async function readPage(eventLog: EventLog, request: PageRequest): Promise<readonly StoredEvent[]> {
  const { limit, signal } = request;
  const page: StoredEvent[] = [];
  let chars = 0;
  try {
    for await (const event of eventLog.readAll(request.after, { limit, signal })) {
      checkEvent(event, page.at(-1)?.checkpoint ?? request.after);
      page.push(event);
      chars += JSON.stringify(event.message).length;
      if (page.length >= limit || chars >= RELAY_PAGE_CHARS) break;
    }
  } catch (error) {
    // What came before it is good: the next page begins with what failed.
    if (signal.aborted || page.length > 0) return page;
    throw readFailure(eventLog, request, error);
  }
  return page;
}

function checkEvent(event: unknown, after: Checkpoint | undefined): void {
  const { checkpoint, storedAt, message } = isRecord(event) ? event : {};
  if (typeof checkpoint !== 'string' || checkpoint === '' || checkpoint.length > MAX_CHECKPOINT)
    throw new WrongEvent('an event has no checkpoint: a text of at most 1,000 characters');
  if (after !== undefined && checkpoint <= after)
    throw new WrongEvent(`the checkpoint ${checkpoint} is not behind ${after}`);
  if (typeof storedAt !== 'string' || Number.isNaN(Date.parse(storedAt)))
    throw new WrongEvent(`the event at ${checkpoint} has no storedAt: an ISO time`);
  if (!isRecord(message)) throw new WrongEvent(`the event at ${checkpoint} has no message`);
}

const MAX_CHECKPOINT = 1_000;

class WrongEvent extends TypeError {}

/** What the EventLog threw, as Temporal is to take it: tried again with backoff, or slowly when somebody has to correct something. */
export function readFailure(
  eventLog: EventLog,
  { topic, after }: Pick<PageRequest, 'topic' | 'after'>,
  error: unknown,
): Error {
  if (error instanceof CancelledFailure) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const facts = `[topic=${topic} eventLog=${nameOf(eventLog)} after=${after ?? 'nothing'}]`;
  if (error instanceof WrongEvent)
    return configurationFailure(
      `The EventLog gave a wrong event: ${reason} ${facts}. Correct its readAll(); nothing behind that place is published until then`,
    );
  if (isEventTopicError(error)) return configurationFailure(`${reason} ${facts}`);
  return unavailableFailure(
    `The EventLog cannot be read for now: ${reason} ${facts}. If it lasts, check that the worker reaches it`,
  );
}
