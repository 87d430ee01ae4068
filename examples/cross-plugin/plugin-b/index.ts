// Plugin B writes invoices: it has a queue, in an account of its own, for some of plugin A's events.
import * as pulumi from '@pulumi/pulumi';
import { EventCollector } from 'temporal-event-topic/infra';

export interface PluginBOutputs {
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  /** To attach to the role of the code that reads the queue. */
  readonly consumerPolicyArn: pulumi.Output<string>;
}

// Plugin A's ExtensionPoint, as far as plugin B relies on it.
interface ExtensionPoint {
  readonly name: string;
  readonly topicArn: string;
}

export default async function pluginB(): Promise<PluginBOutputs> {
  const config = new pulumi.Config();
  const pluginA = new pulumi.StackReference(config.require('pluginA'));
  // The name becomes part of resources' names, so it must be known before they are created.
  const { name, topicArn } = (await pluginA.requireOutputValue('extensionPoint')) as ExtensionPoint;
  const invoicing = new EventCollector('Invoicing', {
    eventTopics: [{ name, topicArn }],
    // Where the topic orders by position and the consumer has an inbox, the collector needs onGap: 'accept'.
    eventTypes: ['Placed', 'Paid'],
    // Five failures in a row; half a minute, if each ends at once.
    maxReceiveCount: 5,
    visibilityTimeoutSeconds: 6,
  });
  const { queueUrl, deadLetterQueueUrl, consumerPolicyArn } = invoicing;
  return { queueUrl, deadLetterQueueUrl, consumerPolicyArn };
}
