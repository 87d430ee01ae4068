import { about, type Finding, type Subject } from '../finding.ts';
import type { Read } from '../read.ts';

export interface TaskQueueFacts {
  readonly taskQueue: string;
  readonly namespace: string;
  readonly pollers: Read<Pollers>;
}

/** Workers that ask for tasks, by the kind of task. */
export interface Pollers {
  readonly workflow: readonly Poller[];
  readonly activity: readonly Poller[];
}

export interface Poller {
  /** Process id and host, unless the worker was given another name. */
  readonly identity: string;
  /** Build id or deployment version; SDK and its version where the worker was given none. */
  readonly version: string;
  /** When it asked last, in milliseconds since 1970, by Temporal's clock. */
  readonly lastSeen: number;
}

/** Temporal lists a poller for five minutes; one that lives asks again within about one. */
const LIVES_MS = 120_000;

/** Whether workers serve the task queue, and which. `now`: milliseconds since 1970. */
export function checkTaskQueue(
  { taskQueue, namespace, pollers }: TaskQueueFacts,
  now: number,
): readonly Finding[] {
  const subject = about('task queue', taskQueue);
  if ('unread' in pollers)
    return [
      subject.warn(`Its workers cannot be seen: ${pollers.unread.reason}`, 'See what the checks above say'),
    ];
  const workflow = pollers.value.workflow.filter((poller) => lives(poller, now));
  const activity = pollers.value.activity.filter((poller) => lives(poller, now));
  if (workflow.length + activity.length === 0) return [nobody(subject, namespace, pollers.value)];
  if (workflow.length === 0 || activity.length === 0) return [half(subject, workflow.length === 0)];
  return [subject.ok(`Served by ${listed(workflow)}`), ...versionFindings(subject, workflow)];
}

function lives({ lastSeen }: Poller, now: number): boolean {
  return now - lastSeen < LIVES_MS;
}

function nobody(subject: Subject, namespace: string, { workflow }: Pollers): Finding {
  const last = workflow.map(({ identity }) => identity).join(', ');
  const were = last === '' ? '' : ` Until a few minutes ago there was ${last}.`;
  return subject.wrong(
    `No worker serves it in the namespace ${namespace}: events are accepted, and wait.${were}`,
    'Start a worker with this namespace and task queue: npx event-topic-worker',
  );
}

function half(subject: Subject, noWorkflows: boolean): Finding {
  return noWorkflows
    ? subject.wrong(
        'Workers take its activities and none takes its workflows',
        "Let your worker's workflows export those of temporal-event-topic/workflows",
      )
    : subject.wrong(
        'Workers take its workflows and none takes its activities: nothing is published',
        'Give your worker the EventTopicPlugin with its topics, or run npx event-topic-worker',
      );
}

/** Two are usual while a new version is rolled out, and only then. */
function versionFindings(subject: Subject, pollers: readonly Poller[]): readonly Finding[] {
  const versions = [...new Set(pollers.map(({ version }) => version))];
  if (versions.length < 2) return [];
  return [
    subject.warn(
      `Its workers are of ${versions.length} versions: ${versions.join(', ')}`,
      'Nothing, while you roll out; else stop those of the old version',
    ),
  ];
}

const SHOWN = 5;

function listed(pollers: readonly Poller[]): string {
  const shown = pollers.slice(0, SHOWN).map(({ identity, version }) => `${identity} (${version})`);
  const more = pollers.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
