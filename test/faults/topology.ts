import * as sns from '@pulumi/aws/sns/index.js';
import * as sqs from '@pulumi/aws/sqs/index.js';
import type * as pulumi from '@pulumi/pulumi';
import { EventCollector, EventTopic } from '../../infra/components/index.ts';
import shop, { type ShopOutputs } from '../../infra/index.ts';
import type { Workload } from './workload.ts';

/** A Pulumi program with what the workloads need: the deployable one, and topics of their own with collectors. */
export function topologyOf(workloads: readonly Workload[]): () => ShopOutputs {
  return () => {
    const all = [shop(), ...workloads.filter(({ topology }) => topology !== 'shop').map(outputsOf)];
    return {
      eventTopics: Object.assign({}, ...all.map(({ eventTopics }) => eventTopics)),
      collectors: Object.assign({}, ...all.map(({ collectors }) => collectors)),
    };
  };
}

function outputsOf({ topics, collectors, topology }: Workload): ShopOutputs {
  const names = topics.map(({ definition }) => definition.name);
  return topology === 'standard' ? standard(names, collectors) : fifo(names, collectors);
}

function fifo(topics: readonly string[], collectors: readonly string[]): ShopOutputs {
  const eventTopics = topics.map((name) => new EventTopic(name));
  const all = collectors.map((name) => new EventCollector(name, { eventTopics }));
  return {
    eventTopics: Object.fromEntries(eventTopics.map(({ name, topicArn }) => [name, topicArn])),
    collectors: Object.fromEntries(all.map(({ name, queueUrl }) => [name, queueUrl])),
  };
}

/** The components make FIFO topics only. */
function standard(names: readonly string[], collectors: readonly string[]): ShopOutputs {
  const topics = names.map((name) => new sns.Topic(`${name}EventTopic`, { name: `${name}EventTopic` }));
  const queues = collectors.map((name) => new sqs.Queue(name, { name }));
  for (const [index, topic] of topics.entries()) {
    for (const [at, queue] of queues.entries()) {
      const args = { topic: topic.arn, protocol: 'sqs', endpoint: queue.arn, rawMessageDelivery: true };
      new sns.TopicSubscription(`${names[index]}-${collectors[at]}`, args);
    }
  }
  return {
    eventTopics: zip(
      names,
      topics.map(({ arn }) => arn),
    ),
    collectors: zip(
      collectors,
      queues.map(({ url }) => url),
    ),
  };
}

function zip(
  names: readonly string[],
  outputs: readonly pulumi.Output<string>[],
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(outputs.map((output, index) => [names[index] ?? '', output]));
}
