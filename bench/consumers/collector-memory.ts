import { MemoryInbox } from 'temporal-event-topic/collector';
import { startCollector } from './collector.ts';
import type { StartConsumer } from './index.ts';

/** This project: decodes, checks the schema, keeps the order, and drops repeats as long as the process lives. */
export const start: StartConsumer = (consuming) =>
  startCollector(consuming, {
    inbox: new MemoryInbox(),
    handle: ({ id, event }) => consuming.handled(id, event.number),
  });
