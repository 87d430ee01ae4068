// Plugin A owns the orders: it alone publishes their events, and offers them to other plugins.
import * as pulumi from '@pulumi/pulumi';
import { EventTopic, type PublisherConfig } from 'temporal-event-topic/infra';

/** What plugin A promises to others. They build on these names, so a change is one of plugin B too. */
export interface PluginAOutputs {
  /** Of plugin A's own worker: the value of `EVENT_TOPICS`. */
  readonly eventTopics: Record<string, pulumi.Output<PublisherConfig>>;
  /** Of everybody else: what a collector of another stack needs to know of the topic. */
  readonly extensionPoint: ExtensionPoint;
}

export interface ExtensionPoint {
  readonly name: string;
  readonly topicArn: pulumi.Output<string>;
}

export default function pluginA(): PluginAOutputs {
  const config = new pulumi.Config();
  const order = new EventTopic('Order', {
    // A subscription takes two permissions: this one, and one of the other account's own.
    subscriberAccounts: config.requireObject<string[]>('subscriberAccounts'),
  });
  return {
    eventTopics: { [order.name]: order.publisherConfig },
    extensionPoint: { name: order.name, topicArn: order.topicArn },
  };
}
