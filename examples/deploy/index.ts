// #region program
import * as pulumi from '@pulumi/pulumi';
import { EventCollector, EventTopic, EventTopicWorker } from 'temporal-event-topic/infra';

export default function program() {
  const config = new pulumi.Config();
  const alarmActions = config.requireObject<string[]>('alarmActions');
  const customer = new EventTopic('Customer', { alarmActions });
  const readModel = new EventCollector('ReadModel', { eventTopics: [customer], alarmActions });
  new EventTopicWorker('Shop', {
    image: config.require('image'),
    eventTopics: [customer],
    temporal: {
      address: config.require('temporalAddress'),
      namespace: config.require('temporalNamespace'),
      apiKeySecretArn: config.require('apiKeySecretArn'),
    },
    vpcId: config.require('vpcId'),
    subnets: config.requireObject<string[]>('subnets'),
  });
  return {
    eventTopics: { [customer.name]: customer.publisherConfig },
    queueUrl: readModel.queueUrl,
    consumerPolicyArn: readModel.consumerPolicyArn,
  };
}
// #endregion program
