import type { StartConsumer } from './index.ts';
import { messageIn, startSqsConsumers } from './sqs-consumer.ts';

/** What one would write: parses, and nothing else. A repeat is handled again, and one event that fails brings its whole batch again. */
export const start: StartConsumer = (consuming) =>
  startSqsConsumers(consuming, async (messages) => {
    for (const { Body } of messages) {
      const { id, event } = messageIn(Body);
      consuming.handled(id, event.number);
    }
    return messages;
  });
