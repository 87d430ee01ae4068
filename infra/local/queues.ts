import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { ACCOUNT, type Emulator } from './emulator.ts';
import { type Changeable, changeableAttributes, type Inputs, text, toAttributes, toTags } from './inputs.ts';
import { type AppliedResource, ifThere, type ResourceType } from './resource-type.ts';

// SQS can change all but the first; the emulator changes none of them.
const FIXED = {
  fifoQueue: 'FifoQueue',
  deduplicationScope: 'DeduplicationScope',
  fifoThroughputLimit: 'FifoThroughputLimit',
  sqsManagedSseEnabled: 'SqsManagedSseEnabled',
};

// Without a property SQS's own default.
const CHANGEABLE: Changeable = {
  contentBasedDeduplication: ['ContentBasedDeduplication', 'false'],
  delaySeconds: ['DelaySeconds', '0'],
  // Stored, and shown to who asks. The emulator encrypts nothing.
  kmsMasterKeyId: ['KmsMasterKeyId', ''],
  maxMessageSize: ['MaximumMessageSize', '1048576'],
  messageRetentionSeconds: ['MessageRetentionPeriod', '345600'],
  policy: ['Policy', ''],
  receiveWaitTimeSeconds: ['ReceiveMessageWaitTimeSeconds', '0'],
  redrivePolicy: ['RedrivePolicy', ''],
  visibilityTimeoutSeconds: ['VisibilityTimeout', '30'],
};

export const queue: ResourceType = {
  properties: ['name', 'region', 'tags', ...Object.keys(FIXED), ...Object.keys(CHANGEABLE)],
  async apply(inputs, emulator) {
    const { sqs } = emulator;
    const QueueName = text(inputs['name'], 'name');
    const fixed = toAttributes(inputs, FIXED);
    // Nothing else here: SQS refuses to create a queue that exists with other attributes.
    const created = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: fixed }));
    const url = text(created.QueueUrl, 'QueueUrl');
    await refuseChanged(sqs, url, fixed);
    const Attributes = changeableAttributes(inputs, CHANGEABLE);
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
    await setTags(sqs, url, toTags(inputs['tags']));
    return identity(url, QueueName, emulator);
  },
  async identify({ name }, emulator) {
    const QueueName = text(name, 'name');
    const url = (await findUrl(QueueName, emulator)) ?? `http://localhost/${ACCOUNT}/${QueueName}`;
    return identity(url, QueueName, emulator);
  },
  async remove({ name }, emulator) {
    const QueueUrl = await findUrl(text(name, 'name'), emulator);
    if (QueueUrl !== undefined) await emulator.sqs.send(new DeleteQueueCommand({ QueueUrl }));
  },
};

/** The policy that a program gives to a queue apart from it. */
export const queuePolicy: ResourceType = {
  properties: ['queueUrl', 'policy', 'region'],
  async apply({ queueUrl, policy }, { sqs }) {
    await setPolicy(sqs, queueUrl, text(policy, 'policy'));
    return { id: text(queueUrl, 'queueUrl'), outputs: {} };
  },
  identify: async ({ queueUrl }) => ({ id: text(queueUrl, 'queueUrl'), outputs: {} }),
  async remove({ queueUrl }, { sqs }) {
    await ifThere(setPolicy(sqs, queueUrl, ''));
  },
};

async function setPolicy(sqs: SQSClient, queueUrl: unknown, Policy: string): Promise<void> {
  const QueueUrl = text(queueUrl, 'queueUrl');
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
}

/** Said here, because the emulator would keep the old value and say nothing. */
async function refuseChanged(sqs: SQSClient, QueueUrl: string, wanted: Inputs): Promise<void> {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
  const { Attributes: actual = {} } = await sqs.send(command);
  for (const [property, attribute] of Object.entries(FIXED)) {
    const [was, is] = [(actual as Inputs)[attribute], wanted[attribute]];
    if (was === undefined || is === undefined || was === is) continue;
    throw new TypeError(
      `the emulator cannot change property "${property}" of a queue from ${was} to ${is}: destroy it first`,
    );
  }
}

async function findUrl(QueueName: string, { sqs }: Emulator): Promise<string | undefined> {
  return (await ifThere(sqs.send(new GetQueueUrlCommand({ QueueName }))))?.QueueUrl;
}

function identity(url: string, name: string, { region }: Emulator): AppliedResource {
  return { id: url, outputs: { url, arn: `arn:aws:sqs:${region}:${ACCOUNT}:${name}` } };
}

async function setTags(sqs: SQSClient, QueueUrl: string, wanted: Record<string, string>): Promise<void> {
  const { Tags = {} } = await sqs.send(new ListQueueTagsCommand({ QueueUrl }));
  const TagKeys = Object.keys(Tags).filter((key) => !(key in wanted));
  if (TagKeys.length > 0) await sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys }));
  if (Object.keys(wanted).length > 0) await sqs.send(new TagQueueCommand({ QueueUrl, Tags: wanted }));
}
