import { ApplicationFailure } from '@temporalio/activity';
import type { PublishFailure } from '../common/protocol/activities.ts';

/**
 * What a publisher or dead letter queue threw, although its port promises that it does not. It is tried again, unless it
 * says itself that this is of no use: `ApplicationFailure.nonRetryable` is a refusal of the event, its type the code.
 */
export function thrownFailure(error: unknown): PublishFailure {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof ApplicationFailure && error.nonRetryable)
    return { kind: 'event', code: error.type ?? 'NonRetryable', reason };
  return { kind: 'retry', code: 'PublisherFailed', reason };
}
