import * as pulumi from '@pulumi/pulumi';
import { afterEach, describe, expect, it } from 'vitest';
import deploy from '../../examples/deploy/index.ts';
import {
  ClaimCheckBucket,
  EventCollector,
  EventTopic,
  EventTopicWorker,
} from '../../infra/components/index.ts';
import shop from '../../infra/index.ts';

import { minimal, registrationsWithEcs } from './support/shop-worker.ts';

afterEach(() => pulumi.runtime.setAllConfig({}));

/** `type name` of what a program registers in a preview, in which AWS has made nothing: no ARN, URL, id or generated name is known. */
async function previewed(program: () => unknown): Promise<string[]> {
  const registered: string[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource({ type, name, inputs }) {
      if (type !== pulumi.runtime.rootPulumiStackTypeName) registered.push(`${type} ${name}`);
      return { id: undefined, state: inputs };
    },
    call: ({ token }) => {
      throw new Error(`unexpected call of ${token}`);
    },
  };
  await pulumi.runtime.setMocks(mocks, 'project', 'stack', true);
  await pulumi.runtime.runInPulumiStack(async () => program());
  await pulumi.runtime.disconnect();
  return registered.sort();
}

async function deployed(program: () => unknown): Promise<string[]> {
  const { all } = await registrationsWithEcs(program);
  return all.map(({ type, name }) => `${type} ${name}`).sort();
}

function configured(program: () => unknown, config: Record<string, string>): () => unknown {
  return () => {
    pulumi.runtime.setAllConfig(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [`project:${key}`, value])),
    );
    return program();
  };
}

function everything(): void {
  const claimCheckBucket = new ClaimCheckBucket('Shop', { readerAccounts: ['222222222222'] });
  const order = new EventTopic('Order', {
    encryption: 'customerKey',
    publisherPrincipals: ['222222222222'],
    subscriberAccounts: ['222222222222'],
    archiveRetentionDays: 30,
    claimCheckBucket,
    deadLetterQueue: true,
    deliveryLogSamplePercent: 1,
    alarmActions: [],
  });
  new EventCollector('Notification', {
    eventTopics: [order],
    encryption: 'customerKey',
    eventTypes: ['Placed'],
    replayFrom: '2026-11-01T00:00:00Z',
    lambdaFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:notify',
    handlerTimeoutSeconds: 30,
    consumerRoleName: 'notify',
    alarmActions: [],
  });
  new EventTopicWorker('Shop', { ...minimal, eventTopics: [order], autoscaling: { maxCount: 4 } });
}

describe('a preview, in which no ARN is known yet,', () => {
  it.each([
    ['the deployable program', shop],
    [
      'the deployable program with all it has',
      configured(shop, {
        encryption: 'customerKey',
        alarmActions: '[]',
        claimCheck: 'true',
        deadLetterQueues: 'true',
      }),
    ],
    [
      'the program of the deployment guide',
      configured(deploy, {
        image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/event-topic-worker:0.3.0',
        temporalAddress: 'eu-central-1.aws.api.temporal.io:7233',
        temporalNamespace: 'shop.a1b2c',
        apiKeySecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:temporal-api-key-a1B2c3',
        vpcId: 'vpc-0123456789abcdef0',
        subnets: '["subnet-0a1"]',
        alarmActions: '[]',
      }),
    ],
    ['components with all options', everything],
  ])('shows of %s what the deployment will make', async (_, program) => {
    const expected = await deployed(program);

    expect(expected.length).toBeGreaterThan(10);
    expect(await previewed(program)).toEqual(expected);
  });
});
