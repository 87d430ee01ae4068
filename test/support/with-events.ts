import type { EventLog } from '../../src/common/event-log.ts';
import type { EventMessage } from '../../src/common/message.ts';

/** The same EventLog with other events: a store that keeps only objects of its own kind holds what the contract wants inside of one. */
export function withEvents(eventLog: EventLog, eventOf: (event: unknown) => unknown): EventLog {
  const unwrap = (message: EventMessage): EventMessage => ({ ...message, event: eventOf(message.event) });
  return {
    ...eventLog,
    async *readAll(after, options) {
      for await (const { message, ...event } of eventLog.readAll(after, options))
        yield { ...event, message: unwrap(message) };
    },
    async *readStream(id, from) {
      for await (const message of eventLog.readStream(id, from)) yield unwrap(message);
    },
  };
}
