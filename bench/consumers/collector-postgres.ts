import { PostgresInbox } from 'temporal-event-topic/collector/postgres';
import { startCollector } from './collector.ts';
import type { StartConsumer } from './index.ts';
import { openPool, writeRow } from './read-model.ts';

/** This project: the row of the read model and the memory of the event are committed together. */
export const start: StartConsumer = (consuming) => {
  const inbox = new PostgresInbox({ pool: openPool(consuming.database) });
  return startCollector(consuming, {
    inbox,
    handle: async (message, { transaction }) => {
      await writeRow(transaction, message);
      consuming.handled(message.id, message.event.number);
    },
  });
};
