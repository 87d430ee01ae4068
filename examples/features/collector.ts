// A collector meets an event that it cannot handle: that goes to the dead-letter queue, those behind it wait in the inbox, and after
// a repair the redrive lands in order. Then the read model is emptied and rebuilt, beside live events.

import { defineEventTopic, type EventMessage } from 'temporal-event-topic';
import { SnsFifoPublisher } from 'temporal-event-topic/activities';
import { EventTopic } from 'temporal-event-topic/client';
import { defineReadModel, EventCollector, MemoryInbox, RefusedEvent } from 'temporal-event-topic/collector';
import { redrive, tail } from 'temporal-event-topic/collector/tools';
import { Customer as CustomerByArrival, stream } from './customer.ts';
import { startSystem, until } from './system.ts';

const Customer = defineEventTopic({
  name: 'Customer',
  event: CustomerByArrival.event,
  ordering: 'position',
});
const stored = stream('C-1', 1, 6);
await using system = await startSystem();
const { sqs, sns } = system;
const { topicArn, queueUrl } = system.createTopic('CustomerEventTopic.fifo');
const deadLetterQueueUrl = system.createQueue('CustomerReadModelDeadLetter.fifo');
const eventLog = { readStream, readAll };
await system.runWorker({
  topics: [{ topic: Customer, publisher: new SnsFifoPublisher({ topicArn, client: sns }), eventLog }],
});
const topic = new EventTopic(Customer, { client: system.client });

let isRepaired = false;
const names = new Map<string, string[]>();
const readModel = defineReadModel({
  name: 'CustomerReadModel',
  topics: [Customer],
  clear: async () => names.clear(),
  apply: {
    Customer: {
      Created: 'ignore',
      NameChanged: ({ id, position, event }) => {
        if (position === 3 && !isRepaired) throw new RefusedEvent('no such locale');
        names.set(id, [...(names.get(id) ?? []), `${event.name} ${position}`]);
      },
      Deleted: 'ignore',
    },
  },
});
const inbox = new MemoryInbox();
const tell = (level: string) => (message: string) => console.log(`${level}: ${message}`);
const logger = { info: tell('info'), warn: tell('warn'), error: tell('error') };
// #region collector
const collector = new EventCollector({
  ...readModel.options,
  queueUrl,
  client: sqs,
  waitSeconds: 1,
  inbox,
  onRefused: 'deadLetter',
  deadLetterQueueUrl,
  logger,
});
await collector.start();
// #endregion collector

// 1. It refuses the third event: the others behind it wait for that one.
await topic.publish(stored.slice(0, 5));
await until(() => collector.status().counts.held === 2);
console.log('handled', names.get('C-1'));
for (const { topic, id, expected, count } of await inbox.held('CustomerReadModel'))
  console.log(`${topic} ${id} waits for ${expected}; ${count} wait behind it`);

// 2. The handler is repaired, and the dead letters come again.
isRepaired = true;
// #region redrive
const { redriven, stopped } = await redrive({ deadLetterQueueUrl, to: { queueUrl }, sqs });
// #endregion redrive
console.log('redriven', redriven, 'stopped', stopped.length);
await until(() => names.get('C-1')?.length === 5);
console.log('handled', names.get('C-1'));

// 3. The read model is emptied and rebuilt. A live event that overtakes waits for the republished ones.
// #region rebuild
const rebuild = await readModel.rebuild({
  inbox,
  eventTopics: { Customer: topic },
  actor: 'ada',
  reason: 'a new column',
});
await rebuild.done();
// #endregion rebuild
await topic.publish(stored.slice(5));
await until(() => names.get('C-1')?.length === 6);
console.log('rebuilt', names.get('C-1'));

// 4. What is published now, for a person to see.
const signal = AbortSignal.timeout(10_000);
const onSubscribed = (): Promise<void> => topic.publish(stream('C-2', 1, 2));
// #region tail
for await (const tailed of tail(Customer, { topicArn, sns, sqs, ids: ['C-2'], signal, onSubscribed })) {
  console.log('tail', tailed.ok ? tailed.message.meta.msgId : `${tailed.code}: ${tailed.reason}`);
  if (tailed.ok && tailed.message.position === 2) break;
}
// #endregion tail
await collector.stop();

async function* readStream(id: string, from: number): AsyncGenerator<EventMessage> {
  yield* stored.filter((message) => message.id === id && (message.position ?? 0) >= from);
}

async function* readAll(after: string | undefined): AsyncGenerator<{
  checkpoint: string;
  storedAt: string;
  message: EventMessage;
}> {
  // The sixth is a live one: it is stored after the others.
  for (const [index, message] of stored.slice(0, 5).entries()) {
    const checkpoint = String(index).padStart(3, '0');
    if (after === undefined || checkpoint > after) yield { checkpoint, storedAt: message.meta.time, message };
  }
}
