import type * as pulumi from '@pulumi/pulumi';
import { EventCollector, EventTopic } from './components/index.ts';

/** What the stack prints. */
export interface ShopOutputs {
  /** Topic ARN by aggregate name: `pulumi stack output eventTopics` is the value of the worker's `EVENT_TOPICS`. */
  readonly eventTopics: Record<string, pulumi.Output<string>>;
  /** Queue URL by collector name. */
  readonly collectors: Record<string, pulumi.Output<string>>;
}

/**
 * The bounded context of a shop: the events of two aggregate types, and two parties that listen to both.
 *
 * A function, and the only value this module exports: Pulumi calls it once it has loaded the module, and the local apply may call it
 * as often as it likes.
 */
export default function shop(): ShopOutputs {
  const eventTopics = [new EventTopic('Customer'), new EventTopic('Order')];
  const collectors = [
    new EventCollector('ReadModel', { eventTopics }),
    new EventCollector('Notification', { eventTopics }),
  ];

  return {
    eventTopics: Object.fromEntries(eventTopics.map(({ name, topicArn }) => [name, topicArn])),
    collectors: Object.fromEntries(collectors.map(({ name, queueUrl }) => [name, queueUrl])),
  };
}
