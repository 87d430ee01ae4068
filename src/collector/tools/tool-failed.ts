import { EventTopicError, type EventTopicErrorOptions } from '../../common/errors.ts';

/** AWS did not do what a tool asked of it. */
export function toolFailed(fact: string, options: EventTopicErrorOptions): EventTopicError {
  return new EventTopicError('COLLECTOR_TOOL_FAILED', fact, options);
}
