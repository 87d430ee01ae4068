import { about, type Finding } from '../finding.ts';
import type { Read } from '../read.ts';
import { isRefusal } from './server.ts';

export interface NamespaceFacts {
  readonly namespace: string;
  readonly description: Read<NamespaceDescription>;
}

export interface NamespaceDescription {
  /** `REGISTERED` when it is in use. */
  readonly state: string;
  readonly retentionDays: number;
}

/** Whether the namespace is there. */
export function checkNamespace({ namespace, description }: NamespaceFacts): Finding {
  const subject = about('namespace', namespace);
  if ('unread' in description) {
    const { code, reason } = description.unread;
    if (code === 'NOT_FOUND')
      return subject.wrong(
        'There is no such namespace',
        'Set TEMPORAL_NAMESPACE, or make it: event-topic setup --yes',
      );
    // A key for one namespace's workflows need not be allowed to describe it.
    if (isRefusal(code))
      return subject.warn(
        `It cannot be described: ${reason}`,
        'Nothing, if the checks below are ok: describing it takes a permission of its own',
      );
    return subject.wrong(`It cannot be described: ${reason}`, 'See what the server check says');
  }
  const { state, retentionDays } = description.value;
  if (state !== 'REGISTERED')
    return subject.wrong(
      `It is ${state}, and takes no workflows`,
      'Set TEMPORAL_NAMESPACE to one that is in use',
    );
  return subject.ok(`Closed publishers are kept for ${days(retentionDays)}`);
}

export function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}
