import * as sns from '@pulumi/aws/sns/index.js';
import * as pulumi from '@pulumi/pulumi';
import { nameFaults, refuseFaults } from './argument-faults.ts';

const TYPE = 'reventless:EventTopic';
const SUFFIX = 'EventTopic';
const MAX_TOPIC_NAME_LENGTH = 256;

export interface EventTopicArgs {
  /** Tags of the SNS topic, added to the provider's default tags. @default none */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The SNS FIFO topic that carries the events of one aggregate type: `new EventTopic('Customer')` creates the topic
 * `CustomerEventTopic.fifo`.
 *
 * The topic's name is fixed, because collectors of other stacks and the worker's configuration find it by that name. Two stacks that
 * define the same aggregate therefore need different accounts or regions.
 */
export class EventTopic extends pulumi.ComponentResource {
  /** The aggregate name; the topic's key in the worker's `EVENT_TOPICS`. */
  readonly name: string;
  readonly resources: readonly pulumi.Resource[];
  readonly topicArn: pulumi.Output<string>;

  /**
   * @param name Aggregate name: 1 to 241 letters, digits, `-` or `_`.
   * @throws `pulumi.InputPropertiesError` when the name cannot be an SNS topic's.
   */
  constructor(name: string, args: EventTopicArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const componentName = `${name}${SUFFIX}`;
    refuseFaults(`EventTopic "${name}"`, nameFaults(name, MAX_TOPIC_NAME_LENGTH - `${SUFFIX}.fifo`.length));
    super(TYPE, componentName, {}, opts);

    const topic = new sns.Topic(
      componentName,
      {
        name: `${componentName}.fifo`,
        fifoTopic: true,
        // Throughput and deduplication per aggregate: a busy aggregate does not slow the others down, and a msgId is compared only
        // with those of its own aggregate.
        fifoThroughputScope: 'MessageGroup',
        tags: args.tags,
      },
      { parent: this },
    );

    this.name = name;
    this.resources = [topic];
    this.topicArn = topic.arn;
    this.registerOutputs({ resources: this.resources, topicArn: this.topicArn });
  }
}
