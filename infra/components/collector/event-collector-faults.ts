import {
  type ArgumentFault,
  alarmActionsFaults,
  choiceFaults,
  faultIf,
  keyFaults,
  knownValue,
  nameFaults,
  textFaults,
  wholeNumberFaults,
} from '../argument-faults.ts';
import { MESSAGE_RETENTION_SECONDS } from '../defaults.ts';
import type { EventCollectorArgs } from './event-collector-args.ts';
import { eventTopicsFaults } from './event-topics-faults.ts';
import { filterFaults } from './filter-policy.ts';
import { handlerFaults } from './handler-faults.ts';

const MAX_QUEUE_NAME_LENGTH = 80;
const LONGEST_SUFFIX = 'EventCollectorDeadLetter.fifo';
const MAX_RETENTION = MESSAGE_RETENTION_SECONDS;
// Whole seconds or milliseconds, as SNS takes them.
const UTC_TIME = {
  pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/,
  rule: 'a time in UTC, as 2026-11-01T00:00:00Z',
};

/** Everything that is wrong with the arguments as far as they are known before the deployment. */
export function eventCollectorFaults(name: string, args: EventCollectorArgs): ArgumentFault[] {
  return [
    ...nameFaults(name, MAX_QUEUE_NAME_LENGTH - LONGEST_SUFFIX.length),
    ...choiceFaults('type', args.type, ['fifo', 'standard']),
    ...eventTopicsFaults(args),
    ...filterFaults(args),
    ...replayFaults(args),
    ...rangeFaults(args),
    ...choiceFaults('encryption', args.encryption, ['sqsManaged', 'customerKey']),
    ...keyFaults(args.kmsKeyArn, args.encryption),
    ...handlerFaults(args),
    ...alarmActionsFaults(args.alarmActions),
  ];
}

function rangeFaults(args: EventCollectorArgs): ArgumentFault[] {
  const ranges = {
    visibilityTimeoutSeconds: [0, 43_200],
    maxReceiveCount: [1, 1_000],
    messageRetentionSeconds: [60, MAX_RETENTION],
    maxAgeSeconds: [60, MAX_RETENTION],
  } as const;
  const names = Object.keys(ranges) as (keyof typeof ranges)[];
  return names.flatMap((propertyPath) => {
    const [min, max] = ranges[propertyPath];
    return wholeNumberFaults({ propertyPath, value: args[propertyPath], min, max });
  });
}

function replayFaults({ replayFrom, replayTo }: EventCollectorArgs): ArgumentFault[] {
  const [from, to] = [knownValue(replayFrom), knownValue(replayTo)];
  return [
    ...textFaults({ ...UTC_TIME, propertyPath: 'replayFrom', value: replayFrom }),
    ...textFaults({ ...UTC_TIME, propertyPath: 'replayTo', value: replayTo }),
    ...faultIf(replayTo !== undefined && replayFrom === undefined, 'replayTo', 'needs a replayFrom'),
    ...faultIf(
      from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to),
      'replayTo',
      `must be later than replayFrom [replayFrom=${from}, replayTo=${to}]`,
    ),
  ];
}
