import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { EventTopicWorker, type EventTopicWorkerArgs } from '../../infra/components/index.ts';
import { construct, faultyArguments as faultsOf } from './support/faults.ts';
import { ACCOUNT, keyArn, snsArn } from './support/registrations.ts';
import { containerOf, ecsArn, minimal, secretArn, shopWorker } from './support/shop-worker.ts';

const customer = {
  name: 'Customer',
  publisherConfig: snsArn('CustomerEventTopic.fifo'),
  publisherPolicyArn: `arn:aws:iam::${ACCOUNT}:policy/CustomerEventTopicPublisher-1`,
};
const { temporal } = minimal;

describe('an EventTopicWorker with faulty arguments', () => {
  it('names all of them in one error and registers nothing', async () => {
    const { error, registered } = await construct(
      () =>
        new EventTopicWorker('My Shop', {
          image: '',
          eventTopics: [],
          temporal: { address: 'https://shop.tmprl.cloud', namespace: '' },
          subnets: [],
          cpu: 512,
          memory: 8_192,
          desiredCount: -1,
          stopTimeoutSeconds: 300,
        }),
    );

    expect(error?.message).toBe(
      [
        'EventTopicWorker "My Shop" cannot be created [faults=10]. Correct its arguments:',
        '  - name: must be 1 to 239 letters, digits, "-" or "_" [length=7, value="My Shop"]',
        '  - image: must be an image, as registry/name@sha256:… or registry/name:tag [value=""]',
        '  - eventTopics: must hold at least one EventTopic',
        '  - temporal.address: must be host:port, without https:// or a path [value="https://shop.tmprl.cloud"]',
        '  - temporal.namespace: must be a text that is not empty [value=""]',
        '  - subnets: must hold at least one subnet',
        '  - vpcId: must be given to create a security group in, or else securityGroups',
        '  - memory: must be from 1024 to 4096 in steps of 1024 with cpu 512 [value=8192]',
        '  - desiredCount: must be a whole number from 0 to 5000 [value=-1]',
        '  - stopTimeoutSeconds: must be a whole number from 30 to 120 [value=300]',
      ].join('\n'),
    );
    expect(registered.all).toEqual([]);
  });

  it.each<[string, Partial<EventTopicWorkerArgs>, string[]]>([
    ['nothing wrong', {}, []],
    ['a topic twice', { eventTopics: [customer, customer] }, ['eventTopics[1]']],
    [
      'a policy that is none',
      { eventTopics: [{ ...customer, publisherPolicyArn: 'CustomerEventTopicPublisher' }] },
      ['eventTopics[0].publisherPolicyArn'],
    ],
    ['an image with a protocol', { image: ' ghcr.io/shop' }, ['image']],
    ['a cluster by name', { cluster: 'shop' }, ['cluster']],
    [
      'insights of a cluster that is given',
      { cluster: ecsArn('cluster/shop'), containerInsights: true },
      ['containerInsights'],
    ],
    ['a subnet that is none', { subnets: ['subnet-0a1', 'vpc-0a1'] }, ['subnets[1]']],
    ['no security groups', { vpcId: undefined, securityGroups: [] }, ['securityGroups']],
    ['a security group by name', { vpcId: undefined, securityGroups: ['shop'] }, ['securityGroups[0]']],
    ['a VPC without use', { securityGroups: ['sg-0d4'] }, ['vpcId']],
    ['a VPC that is none', { vpcId: 'subnet-0a1' }, ['vpcId']],
    ['no network at all', { vpcId: undefined }, ['vpcId']],
    ['an architecture that is none', { cpuArchitecture: 'arm64' as 'ARM64' }, ['cpuArchitecture']],
    ['a retention that CloudWatch does not know', { logRetentionDays: 2 }, ['logRetentionDays']],
    [
      'an alias of a key',
      { logKmsKeyArn: `arn:aws:kms:eu-central-1:${ACCOUNT}:alias/log` },
      ['logKmsKeyArn'],
    ],
    ['too little time to stop', { stopTimeoutSeconds: 29 }, ['stopTimeoutSeconds']],
    ['the least time to stop', { stopTimeoutSeconds: 30 }, []],
  ])('has %s', async (_, args, faulty) => {
    expect(await faultyArguments(args)).toEqual(faulty);
  });

  it('leaves to AWS what only the deployment knows', async () => {
    const later = pulumi.output('later');
    const args = {
      image: later,
      eventTopics: [{ ...customer, publisherPolicyArn: later }],
      temporal: { address: later, namespace: later, apiKeySecretArn: later, secretsKmsKeyArn: later },
      cluster: later,
      subnets: pulumi.output([later]),
      securityGroups: [later],
      vpcId: undefined,
      cpu: pulumi.output(3),
      memory: pulumi.output(3),
      autoscaling: { minCount: pulumi.output(9), maxCount: 3 },
    };
    expect(await faultyArguments(args)).toEqual([]);
    expect(await faultyArguments({ ...args, desiredCount: 1 })).toEqual([]);
  });
});

describe('the size of an EventTopicWorker', () => {
  it.each([
    [256, 512],
    [256, 2_048],
    [512, 1_024],
    [512, 4_096],
    [1_024, 2_048],
    [1_024, 8_192],
    [2_048, 4_096],
    [2_048, 16_384],
    [4_096, 8_192],
    [4_096, 30_720],
    [8_192, 16_384],
    [8_192, 20_480],
    [8_192, 61_440],
    [16_384, 32_768],
    [16_384, 122_880],
  ])('may be %d with %d MiB', async (cpu, memory) => {
    expect(await faultyArguments({ cpu, memory })).toEqual([]);
  });

  it.each([
    [256, 1_536, 'memory'],
    [256, 3_072, 'memory'],
    [512, 512, 'memory'],
    [1_024, 1_024, 'memory'],
    [1_024, 2_049, 'memory'],
    [4_096, 31_744, 'memory'],
    [8_192, 17_408, 'memory'],
    [16_384, 36_864, 'memory'],
    [300, 1_024, 'cpu'],
    [Number.NaN, 1_024, 'cpu'],
  ])('may not be %d with %d MiB', async (cpu, memory, faulty) => {
    expect(await faultyArguments({ cpu, memory })).toEqual([faulty]);
  });

  it('is judged with the defaults', async () => {
    expect(await faultyArguments({ memory: 1_024 })).toEqual(['memory']);
    expect(await faultyArguments({ cpu: 4_096 })).toEqual(['memory']);
  });
});

describe('the Temporal of an EventTopicWorker', () => {
  const tls = { certSecretArn: secretArn('cert'), keySecretArn: secretArn('key') };
  const apiKeySecretArn = secretArn('key');

  it.each<[string, Record<string, unknown>, string[]]>([
    ['an API key and a certificate', { apiKeySecretArn, tls }, ['temporal.tls']],
    ['half of a secret ARN', { apiKeySecretArn: apiKeySecretArn.slice(0, -7) }, ['temporal.apiKeySecretArn']],
    [
      'a parameter of SSM',
      { apiKeySecretArn: `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/k` },
      ['temporal.apiKeySecretArn'],
    ],
    [
      'names of secrets',
      { tls: { certSecretArn: 'cert', keySecretArn: 'key' } },
      ['temporal.tls.certSecretArn', 'temporal.tls.keySecretArn'],
    ],
    ['a secret with a JSON key', { apiKeySecretArn: `${apiKeySecretArn}:api::` }, []],
    ['a key for no secret', { secretsKmsKeyArn: keyArn('k') }, ['temporal.secretsKmsKeyArn']],
    ['a key that is none', { apiKeySecretArn, secretsKmsKeyArn: 'alias/k' }, ['temporal.secretsKmsKeyArn']],
    ['an empty task queue', { taskQueue: '' }, ['temporal.taskQueue']],
    ['a port that is none', { address: 'temporal:' }, ['temporal.address']],
    ['no port', { address: 'temporal' }, []],
  ])('has %s', async (_, given, faulty) => {
    const args = { ...temporal, ...given } as EventTopicWorkerArgs['temporal'];
    expect(await faultyArguments({ temporal: args })).toEqual(faulty);
  });
});

describe('the number of tasks of an EventTopicWorker', () => {
  const backlog = { namespace: 'Shop', metricName: 'Backlog', target: 100 };

  it.each<[Partial<EventTopicWorkerArgs>, string[]]>([
    [{ desiredCount: 0 }, []],
    [{ desiredCount: 1.5 }, ['desiredCount']],
    [{ autoscaling: { minCount: 0, maxCount: 2 } }, ['autoscaling.minCount']],
    [{ autoscaling: { minCount: 3, maxCount: 2 } }, ['autoscaling.minCount']],
    [{ autoscaling: { minCount: 2, maxCount: 2 } }, []],
    [{ autoscaling: { maxCount: 0 } }, ['autoscaling.maxCount']],
    [{ desiredCount: 1, autoscaling: { maxCount: 4 } }, ['desiredCount']],
    [{ desiredCount: 5, autoscaling: { maxCount: 4 } }, ['desiredCount']],
    [{ desiredCount: 1, autoscaling: { maxCount: 1 } }, []],
    [{ autoscaling: { maxCount: 4, cpuPercent: 5 } }, ['autoscaling.cpuPercent']],
    [{ autoscaling: { maxCount: 4, cpuPercent: 91 } }, ['autoscaling.cpuPercent']],
    [{ autoscaling: { maxCount: 4, backlog } }, []],
    [{ autoscaling: { maxCount: 4, cpuPercent: 50, backlog } }, ['autoscaling.backlog']],
    [{ autoscaling: { maxCount: 4, backlog: { ...backlog, target: 0 } } }, ['autoscaling.backlog.target']],
    [
      { autoscaling: { maxCount: 4, backlog: { ...backlog, namespace: '', metricName: ' ' } } },
      ['autoscaling.backlog.namespace', 'autoscaling.backlog.metricName'],
    ],
  ])('with %j is faulty in %j', async (args, faulty) => {
    expect(await faultyArguments(args)).toEqual(faulty);
  });
});

describe('the environment of an EventTopicWorker', () => {
  it('has no variable twice', async () => {
    const registered = await shopWorker({
      temporal: { ...temporal, taskQueue: 'shop', apiKeySecretArn: secretArn('key') },
    });
    const { environment, secrets } = containerOf(registered) as Record<string, { name: string }[]>;
    const own = [...(environment ?? []), ...(secrets ?? [])].map(({ name }) => name);
    const names = own.filter((name) => name !== 'LOG_FORMAT');

    expect(names).toHaveLength(5);
    expect(
      await faultyArguments({ environment: Object.fromEntries(names.map((name) => [name, 'x'])) }),
    ).toEqual(names.map((name) => `environment.${name}`));
  });

  it('has no secret in plain text', async () => {
    const { error } = await construct(
      () =>
        new EventTopicWorker('Shop', {
          ...minimal,
          eventTopics: [customer],
          environment: { TEMPORAL_TLS_CLIENT_KEY_DATA: 'secret', TEMPORAL_TLS_CLIENT_CERT_DATA: 'x' },
        }),
    );

    expect(error?.errors).toEqual([
      {
        propertyPath: 'environment.TEMPORAL_TLS_CLIENT_KEY_DATA',
        reason: 'is set by the component: use temporal.tls',
      },
      {
        propertyPath: 'environment.TEMPORAL_TLS_CLIENT_CERT_DATA',
        reason: 'is set by the component: use temporal.tls',
      },
    ]);
  });
});

function faultyArguments(args: Partial<EventTopicWorkerArgs>): Promise<string[]> {
  const right = { ...minimal, eventTopics: [customer], cluster: ecsArn('cluster/shop') };
  return faultsOf(() => new EventTopicWorker('Shop', { ...right, ...args }));
}
