/** As SNS and SQS give them. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** As the SDK names the errors, and as they stand in answers that it does not know. */
const MISSING =
  /^(NotFound|QueueDoesNotExist|NonExistentQueue|AWS\.SimpleQueueService\.NonExistentQueue)(Exception)?$/;

/** Whether there is no such topic or queue. */
export function isMissing(code: string): boolean {
  return MISSING.test(code);
}

/** What to do when something may not be looked at. */
export function toSee(permission: string): string {
  return `Give whoever runs doctor ${permission}, if it is to be checked`;
}
