// The Shipping plugin, a stack of its own: it knows the shop's stack by name, and its ExtensionPoint.
import * as pulumi from '@pulumi/pulumi';
import { EventCollector } from 'temporal-event-topic/infra';

/** The shop's ExtensionPoint, as far as Shipping relies on it. */
interface ExtensionPoint {
  readonly fulfilment: { readonly name: string; readonly topicArn: string };
  readonly shipment: { readonly topicArn: string };
}

export default async function shipping() {
  const shop = new pulumi.StackReference(new pulumi.Config().require('shop'));
  const { fulfilment, shipment } = (await shop.requireOutputValue('extensionPoint')) as ExtensionPoint;
  const collector = new EventCollector('Shipping', { eventTopics: [fulfilment] });
  return {
    topicArns: { Shipment: shipment.topicArn },
    queueUrls: { Shipping: collector.queueUrl },
  };
}
