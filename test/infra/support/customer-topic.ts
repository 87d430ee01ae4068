import { EventTopic, type EventTopicArgs } from '../../../infra/components/index.ts';
import { policyOf } from './policies.ts';
import { type Registrations, registrationsOf, snsArn } from './registrations.ts';

export const topicArn = snsArn('CustomerEventTopic.fifo');
export const TOPIC = 'aws:sns/topic:Topic CustomerEventTopic';
export const TOPIC_POLICY = 'aws:sns/topicPolicy:TopicPolicy CustomerEventTopic';
export const PUBLISHER_POLICY = 'aws:iam/policy:Policy CustomerEventTopicPublisher';
export const KEY = 'aws:kms/key:Key CustomerEventTopic';
export const KEY_POLICY = 'aws:kms/keyPolicy:KeyPolicy CustomerEventTopic';

/** What one program of one EventTopic registers; its outputs are those of the component. */
export function customer(args: EventTopicArgs): Promise<Registrations> {
  return registrationsOf(() => {
    const { type, publisherConfig, kmsKeyArn, deadLetterQueueUrl, resources } = new EventTopic(
      'Customer',
      args,
    );
    const urns = resources.map(({ urn }) => urn.apply((known) => known.split('$').at(-1)));
    // Pulumi warns of outputs that are undefined.
    const absent = { kmsKeyArn: kmsKeyArn ?? null, deadLetterQueueUrl: deadLetterQueueUrl ?? null };
    return { type, publisherConfig, urns, ...absent };
  });
}

/** A policy's statements without the first, which every EventTopic has. */
export function added(registered: Registrations, reference: string): unknown[] {
  return policyOf(registered, reference).Statement.slice(1);
}
