// A standard SNS topic: no order and now and then a duplicate, but ten events of one aggregate leave in one request.
import { SnsPublisher } from 'temporal-event-topic/activities';
import { EventTopic } from 'temporal-event-topic/client';
import { Customer, stream } from './customer.ts';
import { startSystem } from './system.ts';

await using system = await startSystem();
const { topicArn, queueUrl } = system.createTopic('CustomerEventTopic');
const requests = system.countRequests(system.sns);

const { sns } = system;
// #region publisher
const publisher = new SnsPublisher({ topicArn, client: sns });
// #endregion publisher
await system.runWorker({ topics: [{ topic: Customer, publisher }] });
const topic = new EventTopic(Customer, { client: system.client });

await topic.publish(stream('C-1', 1, 30), { waitFor: 'published' });
console.log('30 events of one aggregate, requests to SNS:', requests());

// They arrive in any order. A collector that needs order looks at the position, and remembers msgIds.
const received = await system.receive(queueUrl, 30);
const positions = received.map(({ Body = '' }): number => JSON.parse(Body).position);
const sorted = positions.toSorted((a, b) => a - b);
console.log('received in any order, here sorted by position:', sorted.join(' '));
