import { validateMessages } from '../../../../../src/client/publish/validate-messages.ts';
import type { MessageFault } from '../../../../../src/common/errors.ts';
import type { EventMessage } from '../../../../../src/common/message.ts';
import type { EventTopicDefinition } from '../../../../../src/event-topic.ts';

export const LIMIT = 262_144;
export const LIMITS = { maxMessageBytes: LIMIT };

/** The faults that `publish` would report; none when the messages are good. Takes anything: callers may not use TypeScript. */
export function faultsOf(
  topic: EventTopicDefinition,
  messages: readonly unknown[],
  maxMessageBytes: number = LIMIT,
): readonly MessageFault[] {
  const result = validateMessages(topic, messages as readonly EventMessage[], { maxMessageBytes });
  return result.ok ? [] : result.faults;
}
