// Several processes publish events of one aggregate, in any order: their positions in the EventLog put them right.
import { defineEventTopic, type EventMessage } from 'temporal-event-topic';
import { EventTopic } from 'temporal-event-topic/client';
import { InMemoryPublisher } from 'temporal-event-topic/testing';
import { createEventTopicWorker } from 'temporal-event-topic/worker';
import { Customer as CustomerByArrival, stream } from './customer.ts';
import { startSystem, until } from './system.ts';

const CustomerEvent = CustomerByArrival.event;
// #region define
const Customer = defineEventTopic({ name: 'Customer', event: CustomerEvent, ordering: 'position' });
// #endregion define

// The application's EventLog. It holds C-2/4 and C-2/5, although the process that stored them died before it published.
const store = new Map([['C-2', stream('C-2', 1, 8)]]);
const publisher = new InMemoryPublisher();
await using system = await startSystem();
const { connection } = system;
// #region event-log
const eventLog = {
  async *readStream(id: string, fromPosition: number): AsyncIterable<EventMessage> {
    console.log(`EventLog: asked for ${id} from ${fromPosition}`);
    yield* store.get(id)?.slice(fromPosition - 1) ?? [];
  },
};
const topics = [{ topic: Customer, publisher, eventLog }];
const worker = await createEventTopicWorker({ connection, topics });
// #endregion event-log
system.run(worker);

// 1. Two EventTopics, as two processes have them. They publish the odd and the even positions, all at the same time.
const odd = new EventTopic(Customer, { client: system.client });
const even = new EventTopic(Customer, { client: system.client });
const scrambled = Array.from({ length: 200 }, (_, index) => ((index + 1) * 77) % 201);
console.log('publish C-1:', scrambled.slice(0, 5).join(', '), '…');
await Promise.all(
  scrambled.map((position) => {
    const event = stream('C-1', position, position);
    return (position % 2 ? odd : even).publish(event, { waitFor: 'published' });
  }),
);
console.log('published C-1:', runsOf('C-1'));

// 2. Some events do not come: the worker reads them from the EventLog. By default it gives them 10 seconds.
const topic = new EventTopic(Customer, { client: system.client, settings: { gapTimeoutMs: 300 } });
console.log('publish C-2: 1…3, 6…8');
await topic.publish([...stream('C-2', 1, 3), ...stream('C-2', 6, 8)], { waitFor: 'published' });
console.log('published C-2:', runsOf('C-2'));

// 3. What had its turn is dropped, however late it comes again.
await topic.publish([...stream('C-2', 2, 5), ...stream('C-2', 9, 9)], { waitFor: 'published' });
console.log('2…5 again, and 9:', runsOf('C-2'));

// 4. Not even the EventLog has them: the aggregate parks, until they come after all, or are given up.
await topic.publish([...stream('C-3', 1, 1), ...stream('C-3', 4, 5)]);
await until(async () => (await topic.status('C-3')).state === 'parked');
const status = await topic.status('C-3');
if (status.state === 'parked') console.log('C-3 is parked:', status.parked?.code, status.position?.missing);
await topic.skip('C-3', { actor: 'ada', reason: 'these positions were never used' });
await topic.publish(stream('C-3', 6, 6), { waitFor: 'published' });
console.log('published C-3:', runsOf('C-3'));

/** Positions of an aggregate in the order of publication; what follows without a gap as `1…200`. */
function runsOf(id: string): string {
  const published = publisher.messages.filter((message) => message.id === id);
  const runs: [first: number, last: number][] = [];
  for (const { position = 0 } of published) {
    const run = runs.at(-1);
    if (run?.[1] === position - 1) run[1] = position;
    else runs.push([position, position]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}…${last}`)).join(', ');
}
