import { expect, it, vi } from 'vitest';
import { createPublishActivities } from '../../../../src/activities/publish-events.ts';
import { INCIDENT_QUIET_MS } from '../../../../src/common/defaults.ts';
import type { PublishEventsInput } from '../../../../src/common/protocol/activities.ts';
import { LoggedActivityEnvironment } from '../../../support/captured-log.ts';
import { refused, throttled } from '../../../support/scripted-publisher.ts';
import { FakePublisher, inputOf } from './activity.ts';

/** A worker's process: its topics, and whatever it logs at level INFO or higher. */
function workerWith(publishers: Readonly<Record<string, FakePublisher>>) {
  const { environment, lines } = new LoggedActivityEnvironment();
  const { eventTopicPublishEvents } = createPublishActivities(new Map(Object.entries(publishers)));
  const publish = (input: PublishEventsInput): Promise<unknown> =>
    environment.run(eventTopicPublishEvents, input).catch((error: unknown) => error);
  return { lines, publish };
}

it('an outage that hundreds of activities meet is two lines: when it starts and when it ends', async () => {
  const publisher = new FakePublisher();
  publisher.answer = () => throttled;
  const { lines, publish } = workerWith({ Customer: publisher });
  for (let n = 1; n <= 200; n += 1) await publish(inputOf({ [`C-${n}`]: [n, n] }));
  publisher.answer = () => undefined;
  for (let n = 1; n <= 200; n += 1) await publish(inputOf({ [`C-${n}`]: [n, n] }));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + INCIDENT_QUIET_MS });
  await publish(inputOf({ 'C-1': [1, 1] }));
  vi.useRealTimers();

  expect(lines).toMatchObject([
    { level: 'WARN', message: 'The topic does not take events for now; they are tried again' },
    { level: 'INFO', message: 'The topic takes events again' },
  ]);
});

it('an outage is one of its topic: another one of the same worker goes on', async () => {
  const [customer, order] = [new FakePublisher(), new FakePublisher()];
  customer.answer = () => throttled;
  const { lines, publish } = workerWith({ Customer: customer, Order: order });
  await publish(inputOf({ 'C-1': [1, 1] }));
  await publish({ ...inputOf({ 'O-1': [1, 1] }), topic: 'Order' });

  expect(lines).toMatchObject([{ facts: { topic: 'Customer' } }]);
});

it('an activity that is cancelled while it publishes is no line of the worker', async () => {
  const publisher = new FakePublisher();
  const { environment, lines } = new LoggedActivityEnvironment();
  const { eventTopicPublishEvents } = createPublishActivities(new Map([['Customer', publisher]]));
  publisher.answer = () => {
    environment.cancel();
    return throttled;
  };
  await environment.run(eventTopicPublishEvents, inputOf({ 'C-1': [1, 1] })).catch((error: unknown) => error);

  expect(lines).toEqual([]);
});

it('an event that is parked is no line of the worker', async () => {
  const publisher = new FakePublisher();
  publisher.answer = () => refused;
  const { lines, publish } = workerWith({ Customer: publisher });
  await publish(inputOf({ 'C-1': [1, 2] }));

  expect(lines).toEqual([]);
});
