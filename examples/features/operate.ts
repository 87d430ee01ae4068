// SNS refuses an event: its aggregate stops there, all others go on, and an operator decides what becomes of it.
import { EventTopic } from 'temporal-event-topic/client';
import { InMemoryPublisher } from 'temporal-event-topic/testing';
import { Customer, renamed } from './customer.ts';
import { startSystem, until } from './system.ts';

await using system = await startSystem();
// Stands for an SNS topic whose MaximumMessageSize somebody will raise.
let maximumMessageSize = 1_024;
const tooLong = { kind: 'event', code: 'InvalidParameter', reason: 'Message too long' } as const;
const sns = new InMemoryPublisher({
  script: (message) => (JSON.stringify(message).length > maximumMessageSize ? tooLong : undefined),
});
await system.runWorker({ topics: [{ topic: Customer, publisher: sns }] });
const topic = new EventTopic(Customer, { client: system.client });
const ids = ['C-1', 'C-2', 'C-3', 'C-4'];

// Three customers have a name that is too long for SNS, and an event behind it. The fourth has not.
for (const id of ids.slice(0, 3)) {
  await topic.publish([renamed(id, `${id}/1`, 'x'.repeat(2_000)), renamed(id, `${id}/2`)]);
  await until(async () => (await topic.status(id)).state === 'parked');
}
await topic.publish([renamed('C-4', 'C-4/1')], { waitFor: 'published' });
// Temporal's lists lag by about a second.
await until(async () => (await topic.parked()).length === 3);

// #region parked
for (const { id, msgId, code, reason } of await topic.parked()) {
  console.log(`${id} is parked at ${msgId}: ${code} ${reason}`);
}
// #endregion parked
console.log('published meanwhile:', publishedOf('C-4'));

// #region operate
const corrected = renamed('C-1', 'C-1/1', 'a short name'); // The id and msgId of the parked event.
await topic.replace('C-1', { actor: 'ada', reason: 'cut the name', message: corrected });
await topic.skip('C-2', { actor: 'ada', reason: 'a test event' });
// #endregion operate
maximumMessageSize = 262_144;
// #region retry
await topic.retry('C-3', { actor: 'ada', reason: 'the topic takes 256 KiB now' });
// #endregion retry

// #region pause
await topic.pause('C-4', { actor: 'ada', reason: 'its read model is being rebuilt' });
await topic.publish([renamed('C-4', 'C-4/2')]);
console.log('C-4 is', (await topic.status('C-4')).state);
await topic.resume('C-4', { actor: 'ada', reason: 'it is rebuilt' });
// #endregion pause

await until(() => sns.messages.length === 7);
for (const id of ids) {
  console.log('published:', publishedOf(id));
  const status = await topic.status(id);
  if (status.state === 'unknown') continue;
  for (const { operation, actor, reason } of status.operations ?? []) {
    console.log(`  ${operation} by ${actor}: ${reason}`);
  }
}

function publishedOf(id: string): string {
  const messages = sns.messages.filter((message) => message.id === id);
  return messages.map(({ meta }) => meta.msgId).join(', ');
}
