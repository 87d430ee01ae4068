import * as kms from '@pulumi/aws/kms/index.js';
import type * as pulumi from '@pulumi/pulumi';
import {
  ClaimCheckBucket,
  EventCollector,
  type EventCollectorArgs,
  EventTopic,
  type EventTopicArgs,
  type PublisherConfig,
} from './components/index.ts';
import { readSettings, type ShopSettings } from './settings.ts';

/** Where to publish and where to read. `Config` is a topic's, an ARN alone where refused events park. */
export interface ShopOutputs<Config extends PublisherConfig = string> {
  /** By aggregate name: `pulumi stack output eventTopics --json` is the value of the worker's `EVENT_TOPICS`. */
  readonly eventTopics: Record<string, pulumi.Output<Config>>;
  /** Queue URL by collector name. */
  readonly collectors: Record<string, pulumi.Output<string>>;
}

/** What the stack prints. */
export interface ShopStackOutputs extends ShopOutputs<PublisherConfig> {
  /** By aggregate name, the IAM policies to attach to the worker's role. */
  readonly publisherPolicyArns: Record<string, pulumi.Output<string>>;
  /** By collector name, the IAM policy to attach to the role of what reads its queue. */
  readonly consumerPolicyArns: Record<string, pulumi.Output<string>>;
  /** `bucket` of `S3ClaimCheck`, of publishers and consumers; absent when large events are refused. */
  readonly claimCheckBucket?: pulumi.Output<string>;
}

/**
 * A bounded context: the events of its aggregate types, and parties that listen to all of them. Unless the stack names others, they are
 * those of a shop.
 *
 * A function, and the only value this module exports: Pulumi calls it once it has loaded the module, and the local apply may call it
 * as often as it likes.
 */
export default function shop(): ShopStackOutputs {
  const settings = readSettings();
  const claimCheck = settings.claimCheck ? { claimCheckBucket: createClaimCheckBucket(settings) } : {};
  const topicArgs = { ...eventTopicArgs(settings), ...claimCheck };
  const eventTopics = settings.eventTopics.map((name) => new EventTopic(name, topicArgs));
  const collectorArgs = { ...eventCollectorArgs(settings), eventTopics };
  const collectors = settings.eventCollectors.map((name) => new EventCollector(name, collectorArgs));

  const { claimCheckBucket } = claimCheck;
  return {
    eventTopics: byName(eventTopics, ({ publisherConfig }) => publisherConfig),
    collectors: byName(collectors, ({ queueUrl }) => queueUrl),
    publisherPolicyArns: byName(eventTopics, ({ publisherPolicyArn }) => publisherPolicyArn),
    consumerPolicyArns: byName(collectors, ({ consumerPolicyArn }) => consumerPolicyArn),
    ...(claimCheckBucket && { claimCheckBucket: claimCheckBucket.bucketName }),
  };
}

function createClaimCheckBucket(settings: ShopSettings): ClaimCheckBucket {
  if (settings.encryption !== 'customerKey') return new ClaimCheckBucket('Shop', tagsOf(settings));
  // The key policy that KMS gives it lets the account's IAM policies decide: those of publishers and consumers.
  const { arn: kmsKeyArn } = new kms.Key('ShopClaimCheckBucket', {
    description: 'Events of ShopClaimCheckBucket',
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    ...tagsOf(settings),
  });
  return new ClaimCheckBucket('Shop', { kmsKeyArn, ...tagsOf(settings) });
}

function eventTopicArgs(settings: ShopSettings): EventTopicArgs {
  const { encryption, deadLetterQueues: deadLetterQueue } = settings;
  return { encryption, deadLetterQueue, ...alarmsOf(settings), ...tagsOf(settings) };
}

function eventCollectorArgs(settings: ShopSettings): Omit<EventCollectorArgs, 'eventTopics'> {
  // SQS's counterpart of AWS's own key for SNS.
  const encryption = settings.encryption === 'customerKey' ? 'customerKey' : 'sqsManaged';
  return { encryption, ...alarmsOf(settings), ...tagsOf(settings) };
}

function alarmsOf({ alarmActions }: ShopSettings): Pick<EventTopicArgs, 'alarmActions'> {
  return alarmActions === undefined ? {} : { alarmActions };
}

function tagsOf({ tags }: ShopSettings): Pick<EventTopicArgs, 'tags'> {
  return tags === undefined ? {} : { tags };
}

function byName<C extends { readonly name: string }, T>(
  components: readonly C[],
  output: (component: C) => T,
): Record<string, T> {
  return Object.fromEntries(components.map((component) => [component.name, output(component)]));
}
