import type { ParkedEvent } from '../../common/protocol/parked.ts';
import type { PartitionStatus, PublisherStatus } from '../../common/protocol/status.ts';

/** What Temporal's UI shows of an open publisher (Markdown). Ids and counts only, never an event's content. */
export function describeStatus(status: PublisherStatus): string {
  const { topic, id, state, pending, published, parked, paused, conflicts, lastConflict } = status;
  const lines = [`**${topic} ${id}** · ${state} · ${pending} waiting · ${published} published`];
  if (conflicts > 0 && lastConflict) {
    lines.push(
      `${conflicts} repeated msgIds had another content, last \`${lastConflict.msgId}\` at ${lastConflict.at}`,
    );
  }
  if (parked) {
    lines.push(
      `Parked at message \`${parked.msgId}\` since ${parked.since}: **${parked.code}** ${parked.reason}`,
      'Later events of this aggregate wait. Cure the cause and `topic.retry(id, { actor, reason })`, or `replace` it, or `skip` it.',
    );
  }
  if (paused) lines.push(`Paused by ${paused.actor} since ${paused.since}: ${paused.reason}`);
  return lines.join('\n\n');
}

const MOST_LISTED = 20;

/** The same of the publisher of a partition. */
export function describePartition(
  topic: string,
  { index, count, aggregates, pending, parked }: PartitionStatus,
  parkedEvents: ReadonlyMap<string, ParkedEvent>,
): string {
  const listed = [...parkedEvents].slice(0, MOST_LISTED);
  return [
    `**${topic}**, partition ${index} of ${count} · ${pending} waiting · ${aggregates} aggregates · ${parked} parked`,
    ...listed.map(
      ([id, { msgId, since, code, reason }]) =>
        `${id} is parked at message \`${msgId}\` since ${since}: **${code}** ${reason}`,
    ),
    ...(parked > listed.length ? [`and ${parked - listed.length} more`] : []),
  ].join('\n\n');
}
