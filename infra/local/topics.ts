import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  type SNSClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { ACCOUNT, type Emulator } from './emulator.ts';
import { type Changeable, changeableAttributes, type Inputs, text, toAttributes, toTags } from './inputs.ts';
import { type AppliedResource, ifThere, type ResourceType } from './resource-type.ts';

// SNS itself changes neither of an existing topic (the scope only one way).
const FIXED = { fifoTopic: 'FifoTopic', fifoThroughputScope: 'FifoThroughputScope' };

const CHANGEABLE: Changeable = {
  contentBasedDeduplication: ['ContentBasedDeduplication', 'false'],
  deliveryPolicy: ['DeliveryPolicy', ''],
  displayName: ['DisplayName', ''],
  // Stored, and shown to who asks. The emulator encrypts nothing.
  kmsMasterKeyId: ['KmsMasterKeyId', ''],
  policy: ['Policy', ''],
  signatureVersion: ['SignatureVersion', ''],
  tracingConfig: ['TracingConfig', ''],
};

export const topic: ResourceType = {
  properties: ['name', 'region', 'tags', ...Object.keys(FIXED), ...Object.keys(CHANGEABLE)],
  async apply(inputs, emulator) {
    const { sns } = emulator;
    // Nothing else here: SNS refuses to create a topic that exists with other attributes or tags.
    const Attributes = toAttributes(inputs, FIXED);
    const created = await sns.send(
      new CreateTopicCommand({ Name: text(inputs['name'], 'name'), Attributes }),
    );
    const arn = text(created.TopicArn, 'TopicArn');
    await setAttributes(sns, arn, changeableAttributes(inputs, CHANGEABLE));
    await setTags(sns, arn, toTags(inputs['tags']));
    return identity(arn);
  },
  identify: async (inputs, emulator) => identity(topicArn(inputs, emulator)),
  async remove(inputs, emulator) {
    await emulator.sns.send(new DeleteTopicCommand({ TopicArn: topicArn(inputs, emulator) }));
  },
};

/** The policy that a program gives to a topic apart from it. */
export const topicPolicy: ResourceType = {
  properties: ['arn', 'policy', 'region'],
  async apply({ arn, policy }, { sns }) {
    const TopicArn = text(arn, 'arn');
    await setAttributes(sns, TopicArn, { Policy: text(policy, 'policy') });
    return { id: TopicArn, outputs: {} };
  },
  identify: async ({ arn }) => ({ id: text(arn, 'arn'), outputs: {} }),
  async remove({ arn }, { sns }) {
    await ifThere(setAttributes(sns, text(arn, 'arn'), { Policy: '' }));
  },
};

function topicArn({ name }: Inputs, { region }: Emulator): string {
  return `arn:aws:sns:${region}:${ACCOUNT}:${text(name, 'name')}`;
}

function identity(arn: string): AppliedResource {
  return { id: arn, outputs: { arn } };
}

async function setAttributes(
  sns: SNSClient,
  TopicArn: string,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  for (const [AttributeName, AttributeValue] of Object.entries(wanted)) {
    if ((Attributes[AttributeName] ?? '') === AttributeValue) continue;
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  }
}

async function setTags(sns: SNSClient, ResourceArn: string, wanted: Record<string, string>): Promise<void> {
  const { Tags = [] } = await sns.send(new ListTagsForResourceCommand({ ResourceArn }));
  const TagKeys = Tags.flatMap(({ Key = '' }) => (Key in wanted ? [] : [Key]));
  if (TagKeys.length > 0) await sns.send(new UntagResourceCommand({ ResourceArn, TagKeys }));
  const added = Object.entries(wanted).map(([Key, Value]) => ({ Key, Value }));
  if (added.length > 0) await sns.send(new TagResourceCommand({ ResourceArn, Tags: added }));
}
