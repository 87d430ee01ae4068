// #region program
import { EventCollector, EventTopic, EventTopicWorker } from 'temporal-event-topic/infra';

export interface Surroundings {
  readonly image: string;
  readonly vpcId: string;
  readonly subnets: string[];
  readonly apiKeySecretArn: string;
  readonly alarmActions: string[];
}

export default function program({ image, vpcId, subnets, apiKeySecretArn, alarmActions }: Surroundings) {
  const customer = new EventTopic('Customer', { alarmActions });
  const readModel = new EventCollector('CustomerReadModel', { eventTopics: [customer], alarmActions });
  new EventTopicWorker('Shop', {
    image,
    eventTopics: [customer],
    temporal: {
      address: 'eu-central-1.aws.api.temporal.io:7233',
      namespace: 'shop.a1b2c',
      apiKeySecretArn,
    },
    vpcId,
    subnets,
  });
  return { queueUrl: readModel.queueUrl, consumerPolicyArn: readModel.consumerPolicyArn };
}
// #endregion program
