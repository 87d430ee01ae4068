// Many aggregates with few events each: they share a few publisher workflows, and their events share requests.
import { defineEventTopic } from 'temporal-event-topic';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { EventTopic } from 'temporal-event-topic/client';
import { Customer as CustomerOneByOne, renamed } from './customer.ts';
import { startSystem, until } from './system.ts';

await using system = await startSystem();
const { topicArn } = system.createTopic('CustomerEventTopic.fifo');
const requests = system.countRequests(system.sns);

const CustomerEvent = CustomerOneByOne.event;
// #region define
const Customer = defineEventTopic({ name: 'Customer', event: CustomerEvent, partitions: 4 });
// #endregion define
const publisher = new SnsFifoPublisher({ topicArn, client: system.sns });
await system.runWorker({ topics: [{ topic: Customer, publisher }] });
const topic = new EventTopic(Customer, { client: system.client });

const ids = Array.from({ length: 500 }, (_, index) => `C-${index + 1}`);
const receipts = await topic.publish(
  ids.map((id) => renamed(id, `${id}/1`)),
  { waitFor: 'published' },
);
console.log('published:', receipts.length, 'events of', ids.length, 'aggregates');
console.log('in at most 60 requests to SNS:', requests() <= 60);

/** Every workflow that Temporal has for the topic. Its lists lag by about a second. */
async function workflowIds(): Promise<string[]> {
  const workflowIds: string[] = [];
  for await (const { workflowId } of system.client.workflow.list()) workflowIds.push(workflowId);
  return workflowIds.sort();
}
await until(async () => (await workflowIds()).length >= 5);
for (const workflowId of await workflowIds()) console.log('workflow:', workflowId);

// Somebody deploys a client with another number: aggregates would have two publishers, so it is refused.
const wrong = defineEventTopic({ name: 'Customer', event: CustomerEvent, partitions: 8 });
const deployed = new EventTopic(wrong, { client: system.client });
await deployed.publish([renamed('C-1', 'C-1/2')]).catch(({ code, cause }) => {
  console.log(code, 'because', cause.code);
  console.log('asked for', cause.details.partitions, 'and the topic has', cause.details.recorded);
});
