import {
  type ArgumentFault,
  faultIf,
  knownValue,
  textFaults,
  wholeNumberFaults,
} from '../argument-faults.ts';
import { DEFAULT_BATCH_SIZE, LAMBDA_VISIBILITY_FACTOR } from '../defaults.ts';
import { LAMBDA_FUNCTION_OR_ALIAS } from '../identifiers.ts';
import type { EventCollectorArgs } from './event-collector-args.ts';

const MAX_LAMBDA_TIMEOUT = 900;
const MAX_TIMEOUT = 43_200;

/** What of a function's mapping has no effect without a function. */
const OF_THE_FUNCTION = ['batchSize', 'maximumBatchingWindowSeconds', 'maximumConcurrency'] as const;

/** What is wrong with how the queue's events are handled. */
export function handlerFaults(args: EventCollectorArgs): ArgumentFault[] {
  const { lambdaFunctionArn, handlerTimeoutSeconds, maximumConcurrency } = args;
  const max = lambdaFunctionArn === undefined ? MAX_TIMEOUT : MAX_LAMBDA_TIMEOUT;
  return [
    ...textFaults({
      ...LAMBDA_FUNCTION_OR_ALIAS,
      propertyPath: 'lambdaFunctionArn',
      value: lambdaFunctionArn,
    }),
    ...faultIf(
      lambdaFunctionArn !== undefined && handlerTimeoutSeconds === undefined,
      'handlerTimeoutSeconds',
      "must be the function's timeout in seconds",
    ),
    ...wholeNumberFaults({
      propertyPath: 'handlerTimeoutSeconds',
      value: handlerTimeoutSeconds,
      min: 1,
      max,
    }),
    ...visibilityFaults(args),
    ...batchFaults(args),
    ...wholeNumberFaults({
      propertyPath: 'maximumConcurrency',
      value: maximumConcurrency,
      min: 2,
      max: 1_000,
    }),
    ...OF_THE_FUNCTION.filter((name) => args[name] !== undefined && lambdaFunctionArn === undefined).map(
      (propertyPath) => ({ propertyPath, reason: 'has no effect without lambdaFunctionArn' }),
    ),
  ];
}

function visibilityFaults(args: EventCollectorArgs): ArgumentFault[] {
  const { lambdaFunctionArn, handlerTimeoutSeconds, visibilityTimeoutSeconds } = args;
  const [visibility, timeout] = [knownValue(visibilityTimeoutSeconds), knownValue(handlerTimeoutSeconds)];
  const needed = neededVisibility(args, timeout ?? 0);
  const why =
    lambdaFunctionArn === undefined
      ? 'handlerTimeoutSeconds'
      : `${LAMBDA_VISIBILITY_FACTOR} times handlerTimeoutSeconds and maximumBatchingWindowSeconds`;
  return faultIf(
    timeout !== undefined && visibility !== undefined && visibility < needed,
    'visibilityTimeoutSeconds',
    `must be at least ${needed}, ${why}, or events are handled twice at the same time [value=${visibility}]`,
  );
}

/** Seconds that an event must stay hidden when handling takes `timeout`. A function's batch may also have to be filled meanwhile. */
export function neededVisibility(
  { lambdaFunctionArn, maximumBatchingWindowSeconds }: EventCollectorArgs,
  timeout: number,
): number {
  if (lambdaFunctionArn === undefined) return timeout;
  return timeout * LAMBDA_VISIBILITY_FACTOR + (knownValue(maximumBatchingWindowSeconds) ?? 0);
}

function batchFaults(args: EventCollectorArgs): ArgumentFault[] {
  const { type, batchSize, maximumBatchingWindowSeconds } = args;
  const isStandard = type === 'standard';
  const max = isStandard ? 10_000 : DEFAULT_BATCH_SIZE;
  const isLarge = (knownValue(batchSize) ?? 0) > DEFAULT_BATCH_SIZE;
  return [
    ...wholeNumberFaults({ propertyPath: 'batchSize', value: batchSize, min: 1, max }),
    ...wholeNumberFaults({
      propertyPath: 'maximumBatchingWindowSeconds',
      value: maximumBatchingWindowSeconds,
      min: 0,
      max: isStandard ? 300 : 0,
    }),
    ...faultIf(
      isStandard &&
        isLarge &&
        (maximumBatchingWindowSeconds === undefined || maximumBatchingWindowSeconds === 0),
      'maximumBatchingWindowSeconds',
      `must be at least 1 for batches of more than ${DEFAULT_BATCH_SIZE}`,
    ),
  ];
}
