// Publish all that a source yields, with bounded memory, and go on where it stopped when it is interrupted.
import { PublishStreamError } from 'temporal-event-topic';
import { EventTopic } from 'temporal-event-topic/client';
import { InMemoryPublisher } from 'temporal-event-topic/testing';
import { Customer, type CustomerMessage, renamed } from './customer.ts';
import { startSystem } from './system.ts';

await using system = await startSystem();
const sns = new InMemoryPublisher();
await system.runWorker({ topics: [{ topic: Customer, publisher: sns }] });
const topic = new EventTopic(Customer, { client: system.client });

/** 2,000 events of 20 customers, as a file or a database gives them. Its connection fails once, in the middle. */
let isUp = false;
async function* readAll(after: number): AsyncGenerator<CustomerMessage> {
  for (let index = after; index < 2_000; index += 1) {
    if (index === 1_234 && !isUp) throw new Error('the connection to the EventLog is lost');
    yield renamed(`C-${index % 20}`, `m-${index}`);
  }
}

// #region stream
let checkpoint = 0; // In a database, say: it outlives this process.
const publishFrom = (start: number): Promise<unknown> =>
  topic.publishJsonStream(readAll(start), {
    onProgress: (accepted) => {
      checkpoint = start + accepted;
    },
  });
// #endregion stream

try {
  await publishFrom(checkpoint);
} catch (error) {
  if (!(error instanceof PublishStreamError)) throw error;
  console.log(error.code, 'after', error.accepted, 'events:', (error.cause as Error).message);
}
console.log('checkpoint:', checkpoint);

isUp = true;
await publishFrom(checkpoint);
console.log('checkpoint:', checkpoint);

// Accepted is not yet published; the last event of each customer is the last one to be published.
const last = Array.from({ length: 20 }, (_, n) => renamed(`C-${n}`, `m-${1_980 + n}`));
await topic.publish(last, { waitFor: 'published' });
console.log('published:', sns.messages.length, 'in order:', isInOrder());

function isInOrder(): boolean {
  const lastOf = new Map<string, number>();
  return sns.messages.every(({ id, meta }) => {
    const index = Number(meta.msgId.slice('m-'.length));
    const isLater = index > (lastOf.get(id) ?? -1);
    lastOf.set(id, index);
    return isLater;
  });
}
