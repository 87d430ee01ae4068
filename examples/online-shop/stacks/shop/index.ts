// The shop: its own topics and queues, and what it offers to other plugins.
import type * as pulumi from '@pulumi/pulumi';
import { EventCollector, EventTopic } from 'temporal-event-topic/infra';

export type ShopOutputs = ReturnType<typeof shop>;

/** One of its topics, as another stack needs to know it. */
export interface OfferedTopic {
  readonly name: string;
  readonly topicArn: pulumi.Output<string>;
}

/** The promise to plugins that ship: what they are asked, and where they answer. */
export interface ExtensionPoint {
  readonly fulfilment: OfferedTopic;
  /** The shop owns this topic, too: a plugin refers to the shop's stack, never the other way round. */
  readonly shipment: OfferedTopic & {
    /** To attach to the role of the plugin's worker. */
    readonly publisherPolicyArn: pulumi.Output<string>;
  };
}

export default function shop() {
  const order = new EventTopic('Order');
  const inventory = new EventTopic('Inventory');
  const payment = new EventTopic('Payment');
  const fulfilment = new EventTopic('Fulfilment');
  const shipment = new EventTopic('Shipment');
  const queueUrl = (name: string, ...eventTopics: EventTopic[]) =>
    new EventCollector(name, { eventTopics }).queueUrl;
  const extensionPoint: ExtensionPoint = {
    fulfilment: offered(fulfilment),
    shipment: { ...offered(shipment), publisherPolicyArn: shipment.publisherPolicyArn },
  };
  return {
    topicArns: {
      Order: order.topicArn,
      Inventory: inventory.topicArn,
      Payment: payment.topicArn,
      Fulfilment: fulfilment.topicArn,
    },
    // No filters by event type: a topic's positions must arrive without gaps, or the inbox waits for what is missing.
    queueUrls: {
      Order: queueUrl('Order', inventory, payment, shipment),
      Inventory: queueUrl('Inventory', order, payment),
      Payment: queueUrl('Payment', inventory),
      Dispatch: queueUrl('Dispatch', order),
      Notification: queueUrl('Notification', order),
      OrderStatus: queueUrl('OrderStatus', order),
      Causation: queueUrl('Causation', order, inventory, payment, fulfilment, shipment),
    },
    extensionPoint,
  };
}

function offered({ name, topicArn }: EventTopic): OfferedTopic {
  return { name, topicArn };
}
