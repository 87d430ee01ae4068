import { expect, it } from 'vitest';
import shop from '../../infra/index.ts';
import { registrationsOf, snsArn, sqsUrl } from './support/registrations.ts';

it('the deployable program prints what the worker takes as EVENT_TOPICS, and where each collector reads', async () => {
  const { outputs } = await registrationsOf(shop);

  expect(outputs).toEqual({
    eventTopics: {
      Customer: snsArn('CustomerEventTopic.fifo'),
      Order: snsArn('OrderEventTopic.fifo'),
    },
    collectors: {
      ReadModel: sqsUrl('ReadModelEventCollector.fifo'),
      Notification: sqsUrl('NotificationEventCollector.fifo'),
    },
  });
});

it('the deployable program subscribes each collector to each topic', async () => {
  const { all } = await registrationsOf(shop);
  const subscriptions = all.filter(({ type }) => type === 'aws:sns/topicSubscription:TopicSubscription');

  expect(subscriptions.map(({ name }) => name).sort()).toEqual([
    'NotificationEventCollector-Customer',
    'NotificationEventCollector-Order',
    'ReadModelEventCollector-Customer',
    'ReadModelEventCollector-Order',
  ]);
});
