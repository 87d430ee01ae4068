import { about, type Finding } from '../finding.ts';
import type { Read } from '../read.ts';

export interface PausedRef {
  readonly id: string;
  readonly actor: string;
  readonly reason: string;
  readonly since: string;
}

/** Who was paused, and perhaps forgotten. Not told when it cannot be read: without a worker nobody answers, and another check says that. */
export function checkPaused(topic: string, paused: Read<readonly PausedRef[]>): readonly Finding[] {
  if ('unread' in paused) return [];
  const [first] = [...paused.value].sort((a, b) => (a.since < b.since ? -1 : 1));
  if (first === undefined) return [];
  const count = paused.value.length;
  const { id, actor, since, reason } = first;
  return [
    about('paused', topic).warn(
      `${count === 1 ? '1 aggregate is' : `${count} aggregates are`} paused, of those looked at; the first is ${id}, by ${actor} since ${since}: ${reason}`,
      `event-topic resume ${topic} ${id} --reason …, when it may go on`,
    ),
  ];
}
