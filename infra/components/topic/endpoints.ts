import * as lambda from '@pulumi/aws/lambda/index.js';
import * as sns from '@pulumi/aws/sns/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { Scope } from '../scope.ts';
import type { EventTopicEndpoint } from './event-topic-args.ts';

/** Subscribes what needs no queue to a standard topic. Not raw: only SNS's own envelope is signed. */
export function subscribeEndpoints(
  scope: Scope,
  topicArn: pulumi.Output<string>,
  endpoints: readonly EventTopicEndpoint[],
): pulumi.Resource[] {
  return endpoints.flatMap((endpoint) =>
    endpoint.protocol === 'lambda'
      ? subscribeFunction(scope, topicArn, endpoint)
      : [subscribe(scope, topicArn, endpoint)],
  );
}

function subscribeFunction(
  scope: Scope,
  topicArn: pulumi.Output<string>,
  endpoint: EventTopicEndpoint,
): pulumi.Resource[] {
  const permission = new lambda.Permission(
    `${scope.name}-${endpoint.name}`,
    {
      action: 'lambda:InvokeFunction',
      function: endpoint.endpoint,
      principal: 'sns.amazonaws.com',
      sourceArn: topicArn,
    },
    scope.child,
  );
  return [permission, subscribe(scope, topicArn, { ...endpoint, dependsOn: [permission] })];
}

interface Subscription extends EventTopicEndpoint {
  readonly dependsOn?: pulumi.Resource[];
}

function subscribe(
  { name, child }: Scope,
  topicArn: pulumi.Output<string>,
  subscription: Subscription,
): sns.TopicSubscription {
  const { protocol, endpoint, deadLetterQueueArn, dependsOn = [] } = subscription;
  const redrivePolicy = pulumi.jsonStringify({ deadLetterTargetArn: deadLetterQueueArn });
  return new sns.TopicSubscription(
    `${name}-${subscription.name}`,
    { topic: topicArn, protocol, endpoint, redrivePolicy },
    { ...child, dependsOn },
  );
}
