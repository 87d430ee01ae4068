import { EventCollector, type EventCollectorArgs } from '../../../infra/components/index.ts';
import { type Registrations, registrationsOf, snsArn } from './registrations.ts';

export const COMPONENT = 'reventless:EventCollector NotificationEventCollector';
export const QUEUE = 'aws:sqs/queue:Queue NotificationEventCollector';
export const DEAD_LETTER_QUEUE = 'aws:sqs/queue:Queue NotificationEventCollectorDeadLetter';
export const SUBSCRIPTION = 'aws:sns/topicSubscription:TopicSubscription NotificationEventCollector-Order';
export const CONSUMER_POLICY = 'aws:iam/policy:Policy NotificationEventCollectorConsumer';

export const order = { name: 'Order', topicArn: snsArn('OrderEventTopic.fifo') };

/** What one program of one collector registers, of the topic Order unless it says otherwise. */
export function notification(args: Partial<EventCollectorArgs>): Promise<Registrations> {
  return registrationsOf(() => {
    const { kmsKeyArn, resources } = new EventCollector('Notification', { eventTopics: [order], ...args });
    const urns = resources.map(({ urn }) => urn.apply((known) => known.split('$').at(-1)));
    // Pulumi warns of outputs that are undefined.
    return { kmsKeyArn: kmsKeyArn ?? null, urns };
  });
}
