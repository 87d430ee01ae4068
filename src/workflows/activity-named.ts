import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';

/** An activity of the worker, by the name that stands in histories. */
export function activityNamed<Input, Result>(
  name: string,
  options: ActivityOptions,
): (input: Input) => Promise<Result> {
  const activity = proxyActivities<Record<string, (input: Input) => Promise<Result>>>(options)[name];
  if (activity === undefined) throw new TypeError('proxyActivities() answers every name');
  return activity;
}
