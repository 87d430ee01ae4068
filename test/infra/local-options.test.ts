import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import * as aws from '@pulumi/aws/index.js';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyProgram, destroyProgram, type LocalOptions } from '../../infra/local.ts';
import { startEmulator, type TestEmulator } from './support/emulator.ts';

let emulator: TestEmulator;

beforeAll(async () => {
  emulator = await startEmulator();
});

afterAll(() => emulator.stop());

function apply<T>(
  program: () => T | Promise<T>,
  options: Partial<LocalOptions> = {},
): Promise<pulumi.Unwrap<T>> {
  return applyProgram(program, { endpoint: emulator.endpoint, ...options });
}

describe("a stack's configuration", () => {
  const configuration = () => ({
    ...{ project: pulumi.getProject(), stack: pulumi.getStack() },
    ...{
      count: new pulumi.Config().getNumber('count') ?? null,
      region: new pulumi.Config('aws').get('region'),
    },
    tags: new pulumi.Config().getObject('tags') ?? null,
    other: new pulumi.Config('other').getBoolean('on') ?? null,
  });

  it('is that of the deployable project, and empty but for the region, when nothing is said', async () => {
    expect(await apply(configuration)).toEqual({
      ...{ project: 'event-topic-shop', stack: 'local', region: 'us-east-1' },
      ...{ count: null, tags: null, other: null },
    });
  });

  it('is written as in Pulumi.<stack>.yaml', async () => {
    const config = { count: 3, 'shop:tags': { team: 'shop' }, 'other:on': true, 'aws:region': 'eu-west-1' };

    expect(await apply(configuration, { project: 'shop', stack: 'test', config })).toEqual({
      ...{ project: 'shop', stack: 'test', region: 'eu-west-1' },
      ...{ count: 3, tags: { team: 'shop' }, other: true },
    });
  });

  it('is not that of the run before', async () => {
    await apply(configuration, { config: { count: 3 } });

    expect(await apply(configuration)).toMatchObject({ count: null });
  });

  it.each([
    ['its own', { region: 'eu-north-1', config: { 'aws:region': 'eu-west-1' } }, 'eu-north-1'],
    ['that of the configuration', { config: { 'aws:region': 'eu-west-1' } }, 'eu-west-1'],
  ])('chooses the region: %s', async (_, options, region) => {
    const jobs = () => new aws.sqs.Queue('Jobs', { name: `Jobs-${region}` }).arn;

    expect(await apply(() => ({ arn: jobs() }), options)).toEqual({
      arn: `arn:aws:sqs:${region}:000000000000:Jobs-${region}`,
    });
  });
});

describe('a reference to another stack', () => {
  const stackOutputs = { 'acme/plugin-a/dev': { answer: 42, queue: 'FromA' } };
  const pluginA = () => new pulumi.StackReference('acme/plugin-a/dev');

  it('reads what that stack returned', async () => {
    const program = () => ({ answer: pluginA().requireOutput('answer') });

    expect(await apply(program, { stackOutputs })).toEqual({ answer: 42 });
  });

  it('says what to do when nobody knows that stack', async () => {
    await expect(apply(() => ({ answer: pluginA().getOutput('answer') }))).rejects.toThrow(
      'The local apply does not know the outputs of this stack [stack=acme/plugin-a/dev]. ' +
        'Apply its program first and pass what it returns as stackOutputs.',
    );
  });

  it('is read by a destroy, too', async () => {
    const program = () => {
      new aws.sqs.Queue('Named', { name: pluginA().requireOutput('queue') });
    };
    const options = { endpoint: emulator.endpoint, stackOutputs };
    const named = async (): Promise<string[]> =>
      (await emulator.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'FromA' }))).QueueUrls ?? [];
    await applyProgram(program, options);
    expect(await named()).toHaveLength(1);
    await destroyProgram(program, options);

    expect(await named()).toEqual([]);
  });
});
