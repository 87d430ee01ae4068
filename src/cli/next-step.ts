import type { EventTopicError, EventTopicErrorCode } from '../common/errors.ts';

type Details = EventTopicError['details'];

/** The errors speak of methods; at the command line the next step is a command. Undefined: what the error says holds here too. */
export function nextStep({ code, details }: Pick<EventTopicError, 'code' | 'details'>): string | undefined {
  return STEPS[code]?.(details);
}

const STEPS: Readonly<Partial<Record<EventTopicErrorCode, (details: Details) => string>>> = {
  OPERATION_REFUSED: ({ topic, id }) => `look at it: event-topic status ${topic} ${id}`,
  PUBLISHER_NOT_FOUND: ({ topic, id }) =>
    `nothing is parked there; look at it: event-topic status ${topic} ${id}`,
  PUBLISHER_NOT_READY: () =>
    'see whether a worker runs: event-topic doctor; `--task-queue` names another queue. Nothing that is accepted is lost',
  RELAY_NOT_FOUND: () => 'start one in the application: new EventLogRelay(topic, options).start()',
  RELAY_REFUSED: () =>
    'see whether a worker with the EventLog of the topic runs: event-topic doctor; `--task-queue` names another queue',
  REPUBLISH_REFUSED: () =>
    'see whether a worker with the EventLog of the topic runs: event-topic doctor; `--task-queue` names another queue',
  PARTITIONS_CHANGED: () => 'give `--partitions` the number that is recorded, or leave it out',
};
