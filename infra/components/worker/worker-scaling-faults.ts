import {
  type ArgumentFault,
  faultIf,
  knownValue,
  textFaults,
  wholeNumberFaults,
} from '../argument-faults.ts';
import type { EventTopicWorkerArgs, WorkerAutoscaling } from './event-topic-worker-args.ts';
import { DEFAULT_DESIRED_COUNT } from './worker-defaults.ts';
import { NOT_EMPTY } from './worker-identifiers.ts';

/** What a service of ECS holds unless AWS raises it. */
const MAX_TASKS = 5_000;

/** What is wrong with the number of tasks and with who changes it. */
export function scalingFaults({ desiredCount, autoscaling }: EventTopicWorkerArgs): ArgumentFault[] {
  return [
    ...wholeNumberFaults({ propertyPath: 'desiredCount', value: desiredCount, min: 0, max: MAX_TASKS }),
    ...(autoscaling === undefined ? [] : autoscalingFaults(autoscaling, knownValue(desiredCount))),
  ];
}

function autoscalingFaults(
  autoscaling: WorkerAutoscaling,
  desiredCount: number | undefined,
): ArgumentFault[] {
  const { minCount, maxCount, cpuPercent } = autoscaling;
  return [
    ...countFaults('minCount', minCount),
    ...countFaults('maxCount', maxCount),
    ...rangeFaults(autoscaling, desiredCount),
    ...wholeNumberFaults({
      propertyPath: 'autoscaling.cpuPercent',
      value: cpuPercent,
      min: 10,
      max: 90,
    }),
    ...backlogFaults(autoscaling),
  ];
}

/** At least one: nothing would use CPU, and so nothing would ask for the first task. */
function countFaults(name: 'minCount' | 'maxCount', value: WorkerAutoscaling['minCount']): ArgumentFault[] {
  return wholeNumberFaults({ propertyPath: `autoscaling.${name}`, value, min: 1, max: MAX_TASKS });
}

function rangeFaults(autoscaling: WorkerAutoscaling, desiredCount: number | undefined): ArgumentFault[] {
  const max = knownValue(autoscaling.maxCount) ?? MAX_TASKS;
  const given = knownValue(autoscaling.minCount);
  if (given !== undefined && given > max) {
    const reason = `must be at most maxCount [minCount=${given}, maxCount=${max}]`;
    return [{ propertyPath: 'autoscaling.minCount', reason }];
  }
  const min = given ?? (autoscaling.minCount === undefined ? Math.min(max, DEFAULT_DESIRED_COUNT) : 0);
  return faultIf(
    desiredCount !== undefined && (desiredCount < min || desiredCount > max),
    'desiredCount',
    `must be from minCount to maxCount of autoscaling [minCount=${min}, maxCount=${max}, value=${desiredCount}]`,
  );
}

function backlogFaults({ backlog, cpuPercent }: WorkerAutoscaling): ArgumentFault[] {
  if (backlog === undefined) return [];
  const path = 'autoscaling.backlog';
  const target = knownValue(backlog.target);
  return [
    ...faultIf(cpuPercent !== undefined, path, 'cannot be used with cpuPercent: give one of them'),
    ...textFaults({ ...NOT_EMPTY, propertyPath: `${path}.namespace`, value: backlog.namespace }),
    ...textFaults({ ...NOT_EMPTY, propertyPath: `${path}.metricName`, value: backlog.metricName }),
    ...faultIf(target !== undefined && !(target > 0), `${path}.target`, `must be above 0 [value=${target}]`),
  ];
}
