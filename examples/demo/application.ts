// The shop's application process: stores what happens, then publishes it. It can be told to die in between.
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import type { EventMessage } from 'temporal-event-topic';
import { EventTopic } from 'temporal-event-topic/client';
import { appendAndPublish } from 'temporal-event-topic/event-log';
import { type Append, Customer, Order } from './shop.ts';
import { openEventLogs, store } from './store.ts';

/** What the demo tells it. */
export interface AppendCommand {
  readonly call: number;
  readonly append: Append;
  /** Die when it is stored, before it is published. */
  readonly dies: boolean;
}

/** What it answers. */
export interface Appended {
  readonly call: number;
  readonly messages: readonly EventMessage[];
}

// An application of the demo must not outlive it.
process.once('disconnect', () => process.exit());

const { TEMPORAL_ADDRESS: address = '', DATABASE = '{}' } = process.env;
const client = new Client({ connection: await Connection.connect({ address }) });
const topics = { Customer: new EventTopic(Customer, { client }), Order: new EventTopic(Order, { client }) };
const pool = new pg.Pool(JSON.parse(DATABASE));
const eventLogs = openEventLogs(pool);

process.on('message', async ({ call, append, dies }: AppendCommand) => {
  const { messages } = await appendAndPublish<EventMessage<never>>(topics[append.topic], async () => {
    const stored = await store(pool, eventLogs, append);
    if (dies) process.kill(process.pid, 'SIGKILL');
    return stored as EventMessage<never>[];
  });
  process.send?.({ call, messages } satisfies Appended);
});
process.send?.('ready');
