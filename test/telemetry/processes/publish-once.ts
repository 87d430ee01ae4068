// An application that publishes one event, and knows nothing of telemetry.
import { EventTopic } from '../../../src/client/index.ts';
import { Customer, renamed } from '../../support/customer.ts';
import { FakeTemporal } from '../../support/fake-temporal.ts';

const topic = new EventTopic(Customer, { client: new FakeTemporal().client });
await topic.publish([renamed('C-1', 'm-1')]);
