import { activityInfo, Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { unavailableFailure } from '../../activities/publish-failure.ts';
import { CLOCK_SKEW_MS } from '../../common/defaults.ts';
import type { EventStreamReader } from '../../common/event-log.ts';
import { relayWorkflowId } from '../../common/ids.ts';
import type { EventMessage } from '../../common/message.ts';
import { RELAY_SINCE_MEMO } from '../../common/names.ts';
import type { ReadStreamInput } from '../../common/protocol/activities.ts';
import { readRecord } from './publisher-record.ts';
import { retentionOf } from './retention.ts';

/** Events that are looked at together, the last one of the stream first: most often it is the one. */
const AT_A_TIME = [1, 10, 100];

/**
 * Where a publisher begins that does not know what was published before its first event: behind the last earlier event that was published. What
 * stands behind that one is stored, and its hand-over was lost, or is on its way.
 *
 * Only what is the topic's business counts: what was made since it has a relay, and is not older than Temporal's memory. Undefined without a relay:
 * nobody knows what was published by other means.
 */
export async function findWatermark(
  eventLog: EventStreamReader,
  { topic, id, to }: ReadStreamInput,
): Promise<number | undefined> {
  const { client } = Context.current();
  try {
    const since = await sinceOf(client, topic);
    if (since === undefined) return undefined;
    for (let last = to, round = 0; last >= 1; round += 1) {
      const first = Math.max(1, last - (AT_A_TIME[round] ?? 100) + 1);
      const watermark = await lookBack(client, await eventsOf(eventLog, { id, first, last }), {
        first,
        last,
        since,
      });
      if (watermark !== undefined) return watermark;
      last = first - 1;
    }
    return 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unavailableFailure(
      `Where to begin in the stream cannot be found out for now: ${reason} [topic=${topic} id=${id}]`,
    );
  }
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Undefined when none of these events was published. */
async function lookBack(
  client: Client,
  events: ReadonlyMap<number, EventMessage>,
  { first, last, since }: Range & { readonly since: number },
): Promise<number | undefined> {
  const isOurs = ({ meta }: EventMessage): boolean => Date.parse(meta.time) >= since;
  const isPublished = await publishedOf(client, [...events.values()].filter(isOurs));
  for (let position = last; position >= first; position -= 1) {
    const event = events.get(position);
    if (event === undefined || !isOurs(event) || isPublished(event)) return position;
  }
  return undefined;
}

/** By this publisher, in whichever run; or dropped by an operator. */
async function publishedOf(
  client: Client,
  events: readonly EventMessage[],
): Promise<(event: EventMessage) => boolean> {
  const { workflowExecution } = activityInfo();
  if (events.length === 0 || workflowExecution === undefined) return () => false;
  const record = await readRecord(client, {
    workflowId: workflowExecution.workflowId,
    msgIds: new Set(events.map(({ meta }) => meta.msgId)),
    since: Math.min(...events.map(({ meta }) => Date.parse(meta.time))) - CLOCK_SKEW_MS,
    signal: Context.current().cancellationSignal,
  });
  // Not what is only accepted: that may be of this very run, and nobody knows yet what comes before it.
  return ({ meta: { msgId } }) => record.published.has(msgId) || record.skipped.has(msgId);
}

async function eventsOf(
  eventLog: EventStreamReader,
  { id, first, last }: Range & { readonly id: string },
): Promise<ReadonlyMap<number, EventMessage>> {
  const events = new Map<number, EventMessage>();
  for await (const message of eventLog.readStream(id, first)) {
    if (message.position === undefined || message.position > last) break;
    events.set(message.position, message);
  }
  return events;
}

/** Milliseconds since 1970; undefined when the topic never had a relay. */
async function sinceOf(client: Client, topic: string): Promise<number | undefined> {
  try {
    const { memo } = await client.workflow.getHandle(relayWorkflowId(topic)).describe();
    const since = Date.parse(String(memo?.[RELAY_SINCE_MEMO]));
    return Math.max(since, Date.now() - (await retentionOf(client)));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
