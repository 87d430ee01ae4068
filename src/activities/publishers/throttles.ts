import type { PublishBatchCommand, PublishBatchCommandOutput } from '@aws-sdk/client-sns';
import { classifyError, errorFacts, isThrottle } from '../classify-error.ts';

type Output = PublishBatchCommandOutput & { readonly throttled?: unknown };

/**
 * Lets a throttled request end at once: docs/decisions/throttles.md. The SDK would hold it back for up to three seconds, and with
 * it one of the few requests that may be in flight.
 */
export function endWhenThrottled(command: PublishBatchCommand): void {
  command.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (!isThrottle(classifyError(errorFacts(error)))) throw error;
        // What is no error is not tried again: it becomes one behind the SDK's retries.
        const output: Output = { $metadata: {}, throttled: error } as never;
        return { response: (error as { $response?: unknown }).$response, output };
      }
    },
    // Around the SDK's own middleware that makes errors of answers, and inside the one that tries again.
    { name: 'endWhenThrottled', step: 'deserialize', priority: 'high' },
  );
}

/** The answer; throws the throttle that it stands for. */
export function unlessThrottled(output: Output): PublishBatchCommandOutput {
  if (output.throttled !== undefined) throw output.throttled;
  return output;
}
