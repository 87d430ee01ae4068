import { about, type Finding } from '../finding.ts';
import type { Read } from '../read.ts';
import { checkPaused, type PausedRef } from './paused.ts';

/** What Temporal says of a topic's publishers. */
export interface PublisherFacts {
  readonly topic: string;
  readonly parked: Read<readonly ParkedRef[]>;
  readonly paused: Read<readonly PausedRef[]>;
  readonly retrying: Read<Retrying>;
  /** Workflow ids of publishers that are no longer open, though pages of their backlog are. */
  readonly orphans: Read<Orphans>;
}

export interface ParkedRef {
  readonly id: string;
  readonly msgId: string;
  readonly code: string;
  readonly since: string;
}

export interface Retrying {
  /** Publishers that are open. */
  readonly open: number;
  /** Of them, those that were looked at. */
  readonly seen: number;
  /** Why those seen try again, with how many they are. Of a partition only what stops all of it is seen. */
  readonly reasons: readonly { readonly reason: string; readonly publishers: number }[];
}

export interface Orphans {
  /** Pages that were looked at. */
  readonly pages: number;
  readonly publishers: readonly string[];
}

/** What stands still in Temporal, and why. */
export function checkPublishers(facts: PublisherFacts): readonly Finding[] {
  return [
    checkParked(facts),
    ...checkPaused(facts.topic, facts.paused),
    ...checkRetrying(facts),
    ...checkOrphans(facts),
  ];
}

function checkParked({ topic, parked }: PublisherFacts): Finding {
  const subject = about('parked', topic);
  if ('unread' in parked)
    return subject.warn(
      `Temporal does not list them: ${parked.unread.reason}`,
      'See what the checks above say',
    );
  const [first] = parked.value;
  if (first === undefined) return subject.ok('No aggregate is parked');
  const count = parked.value.length;
  return subject.wrong(
    `${count === 1 ? '1 aggregate is' : `${count} aggregates are`} parked; the first is ${first.id}, at ${first.msgId}, since ${first.since}: ${first.code}`,
    `event-topic parked ${topic}, then retry, replace or skip`,
  );
}

function checkRetrying({ topic, retrying }: PublisherFacts): readonly Finding[] {
  const subject = about('publishers', topic);
  if ('unread' in retrying)
    return [
      subject.warn(`Temporal does not list them: ${retrying.unread.reason}`, 'See what the checks above say'),
    ];
  const { open, seen, reasons } = retrying.value;
  const looked = seen < open ? `, ${seen} of them looked at` : '';
  if (reasons.length === 0) return [subject.ok(`${open} open${looked}, none has to try again`)];
  return reasons.map(({ reason, publishers }) =>
    subject.wrong(
      `${publishers} of ${open} open${looked} ${publishers === 1 ? 'tries' : 'try'} again and again: ${reason}`,
      'Cure that; they go on by themselves, within two minutes',
    ),
  );
}

function checkOrphans({ topic, orphans }: PublisherFacts): readonly Finding[] {
  const subject = about('backlog pages', topic);
  if ('unread' in orphans)
    return [
      subject.warn(`Temporal does not list them: ${orphans.unread.reason}`, 'See what the checks above say'),
    ];
  const { pages, publishers } = orphans.value;
  if (pages === 0) return [];
  if (publishers.length === 0) return [subject.ok(`${pages} hold a part of a large backlog`)];
  return [
    subject.wrong(
      `Publishers were terminated and have left pages, which nobody will ask for: ${publishers.join(', ')}`,
      "Publish the messages of each page's input again, then terminate the page: docs/guides/operate.md#terminated-publisher",
    ),
  ];
}
