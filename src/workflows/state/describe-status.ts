import type { ParkedEvent } from '../../common/protocol/parked.ts';
import type { SetAsideSignals } from '../../common/protocol/state.ts';
import type { PartitionStatus, PublisherStatus } from '../../common/protocol/status.ts';

/** What Temporal's UI shows of an open publisher (Markdown). Ids and counts only, never an event's content. */
export function describeStatus(status: PublisherStatus): string {
  const { topic, id, state, pending, published, parked, paused, conflicts, lastConflict, setAside } = status;
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
  return [...lines, ...describeSetAside(setAside)].join('\n\n');
}

const MOST_LISTED = 20;

/** The same of the publisher of a partition. */
export function describePartition(
  topic: string,
  { index, count, aggregates, pending, parked }: PartitionStatus,
  { parkedEvents, setAside }: PartitionDetails,
): string {
  const listed = [...parkedEvents].slice(0, MOST_LISTED);
  return [
    `**${topic}**, partition ${index} of ${count} · ${pending} waiting · ${aggregates} aggregates · ${parked} parked`,
    ...listed.map(
      ([id, { msgId, since, code, reason }]) =>
        `${id} is parked at message \`${msgId}\` since ${since}: **${code}** ${reason}`,
    ),
    ...(parked > listed.length ? [`and ${parked - listed.length} more`] : []),
    ...describeSetAside(setAside),
  ].join('\n\n');
}

interface PartitionDetails {
  /** By aggregate id. */
  readonly parkedEvents: ReadonlyMap<string, ParkedEvent>;
  readonly setAside?: SetAsideSignals | undefined;
}

function describeSetAside(setAside: SetAsideSignals | undefined): readonly string[] {
  if (setAside === undefined) return [];
  const { count, last } = setAside;
  return [
    `${count} malformed signals or entries were set aside, the last at ${last.at}: ${last.reason}. They stand in the history and are not published; somebody signals by hand.`,
  ];
}
