import * as lambda from '@pulumi/aws/lambda/index.js';
import type * as sqs from '@pulumi/aws/sqs/index.js';
import type * as pulumi from '@pulumi/pulumi';
import { DEFAULT_BATCH_SIZE } from '../defaults.ts';
import type { Scope } from '../scope.ts';
import type { EventCollectorArgs } from './event-collector-args.ts';

export interface MappingSource {
  readonly queue: sqs.Queue;
  /** Without which the function may not read: Lambda refuses the mapping then. */
  readonly permissions: readonly pulumi.Resource[];
}

/** Feeds the queue's events to the function, if there is one. */
export function feedFunction(
  { name, child, tags }: Scope,
  args: EventCollectorArgs,
  { queue, permissions }: MappingSource,
): lambda.EventSourceMapping[] {
  const { lambdaFunctionArn, maximumBatchingWindowSeconds, maximumConcurrency } = args;
  if (lambdaFunctionArn === undefined) return [];
  const mapping: lambda.EventSourceMappingArgs = {
    eventSourceArn: queue.arn,
    functionName: lambdaFunctionArn,
    batchSize: args.batchSize ?? DEFAULT_BATCH_SIZE,
    // Without it one event that fails brings back the whole batch, of all its aggregates.
    functionResponseTypes: ['ReportBatchItemFailures'],
    ...(maximumBatchingWindowSeconds === undefined
      ? {}
      : { maximumBatchingWindowInSeconds: maximumBatchingWindowSeconds }),
    ...(maximumConcurrency === undefined ? {} : { scalingConfig: { maximumConcurrency } }),
    tags,
  };
  return [new lambda.EventSourceMapping(name, mapping, { ...child, dependsOn: [...permissions] })];
}
