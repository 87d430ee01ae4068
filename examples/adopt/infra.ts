// #region infra
import { EventCollector, EventTopic } from 'temporal-event-topic/infra';

export default function program() {
  const customer = new EventTopic('Customer');
  const readModel = new EventCollector('CustomerReadModel', { eventTopics: [customer] });
  return { eventTopics: { Customer: customer.topicArn }, queueUrl: readModel.queueUrl };
}
// #endregion infra
