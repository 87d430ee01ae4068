import {
  GetSubscriptionAttributesCommand,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import type { Emulator } from './emulator.ts';
import { type Changeable, changeableAttributes, type Inputs, text } from './inputs.ts';
import { type AppliedResource, ifThere, type ResourceType } from './resource-type.ts';

const CHANGEABLE: Changeable = {
  deliveryPolicy: ['DeliveryPolicy', ''],
  filterPolicy: ['FilterPolicy', ''],
  filterPolicyScope: ['FilterPolicyScope', 'MessageAttributes'],
  rawMessageDelivery: ['RawMessageDelivery', 'false'],
  // Stored only: every delivery of the emulator succeeds, so SNS has nothing to set aside.
  redrivePolicy: ['RedrivePolicy', ''],
  subscriptionRoleArn: ['SubscriptionRoleArn', ''],
};

export const topicSubscription: ResourceType = {
  properties: ['topic', 'protocol', 'endpoint', 'region', ...Object.keys(CHANGEABLE)],
  async apply(inputs, emulator) {
    const attributes = changeableAttributes(inputs, CHANGEABLE);
    const existing = await find(inputs, emulator);
    if (existing === undefined) return identity(await create(inputs, attributes, emulator));
    await change(existing, attributes, emulator);
    return identity(existing);
  },
  identify: async (inputs, emulator) =>
    identity((await find(inputs, emulator)) ?? `${text(inputs['topic'], 'topic')}:local`),
  async remove(inputs, emulator) {
    const SubscriptionArn = await find(inputs, emulator);
    if (SubscriptionArn !== undefined) await emulator.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  },
};

async function create(
  { topic, protocol, endpoint }: Inputs,
  attributes: Record<string, string>,
  { sns }: Emulator,
): Promise<string> {
  // An empty attribute is none, but real SNS takes that only as a change.
  const Attributes = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
  const command = new SubscribeCommand({
    TopicArn: text(topic, 'topic'),
    Protocol: text(protocol, 'protocol'),
    Endpoint: text(endpoint, 'endpoint'),
    Attributes,
    ReturnSubscriptionArn: true,
  });
  return text((await sns.send(command)).SubscriptionArn, 'SubscriptionArn');
}

/** Only what differs, so that an apply without a change leaves everything as it is. */
async function change(
  SubscriptionArn: string,
  wanted: Record<string, string>,
  { sns }: Emulator,
): Promise<void> {
  const { Attributes = {} } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  for (const [AttributeName, AttributeValue] of Object.entries(wanted)) {
    if ((Attributes[AttributeName] ?? '') === AttributeValue) continue;
    const attribute = { AttributeName, AttributeValue };
    await sns.send(new SetSubscriptionAttributesCommand({ SubscriptionArn, ...attribute }));
  }
}

/** SNS knows a subscription by what it connects. */
async function find(
  { topic, protocol, endpoint }: Inputs,
  { sns: client }: Emulator,
): Promise<string | undefined> {
  const all = async (): Promise<string | undefined> => {
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client },
      { TopicArn: text(topic, 'topic') },
    )) {
      const found = Subscriptions.find((one) => one.Protocol === protocol && one.Endpoint === endpoint);
      if (found !== undefined) return found.SubscriptionArn;
    }
    return undefined;
  };
  return ifThere(all());
}

function identity(arn: string): AppliedResource {
  return { id: arn, outputs: { arn } };
}
