// #region publish
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { createMeta } from 'temporal-event-topic';
import { EventTopic } from 'temporal-event-topic/client';
import { Customer } from './customer.ts';

// Temporal's own environment variables: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY …
const { connectionOptions, namespace } = loadClientConnectConfig();
const connection = await Connection.connect(connectionOptions);
const topic = new EventTopic(Customer, { client: new Client({ connection, namespace }) });

await topic.publish([
  {
    id: 'c-1',
    meta: createMeta({ service: 'shop', user: 'ada' }),
    event: { type: 'Created', name: 'Ada', address: 'Byron Street 1' },
  },
]);
// Accepted: Temporal holds it and publishes it for as long as that takes.
// #endregion publish

// #region publish-json
// As an EventLog calls it, after it has stored the event: aggregate id, meta, and the event's JSON.
await topic.publishJson('c-1', createMeta({ service: 'shop' }), { type: 'NameChanged', name: 'Ada L.' });
// #endregion publish-json

console.log('accepted', await topic.status('c-1').then(({ id }) => id));
await connection.close();
