import type { PublisherStatus } from '../common/publisher-protocol.ts';

/** What Temporal's UI shows of an open publisher (Markdown). Ids and counts only, never an event's content. */
export function describeStatus(status: PublisherStatus): string {
  const { topic, id, state, pending, published, parked, conflicts, lastConflict } = status;
  const lines = [`**${topic} ${id}** · ${state} · ${pending} waiting · ${published} published`];
  if (conflicts > 0 && lastConflict) {
    lines.push(
      `${conflicts} repeated msgIds had another content, last \`${lastConflict.msgId}\` at ${lastConflict.at}`,
    );
  }
  if (parked) {
    lines.push(
      `Parked at message \`${parked.msgId}\` since ${parked.since}: **${parked.code}** ${parked.reason}`,
      'Later events of this aggregate wait. Cure the cause, then call `topic.retry(id, { actor, reason })`.',
    );
  }
  return lines.join('\n\n');
}
