import { setTimeout } from 'node:timers/promises';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import * as dynamodb from '@pulumi/aws/dynamodb/index.js';
import * as sns from '@pulumi/aws/sns/index.js';
import * as pulumi from '@pulumi/pulumi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventCollector, EventTopic } from '../../infra/components/index.ts';
import { applyLocally, applyProgram, LocalApplyError } from '../../infra/local.ts';
import { startEmulator, type TestEmulator } from './support/emulator.ts';

// That nothing of this surfaces as an unhandled rejection is asserted too: vitest fails the file for one.
describe('a local apply that fails', () => {
  let emulator: TestEmulator;

  beforeAll(async () => {
    emulator = await startEmulator();
  });

  afterAll(async () => {
    await emulator.stop();
  });

  const failureOf = (program: () => unknown): Promise<unknown> =>
    applyProgram(program, { endpoint: emulator.endpoint, log: () => {} }).then(
      () => 'no failure',
      (error: unknown) => error,
    );

  it('names a resource of a type that nobody knows, and what to do', async () => {
    const failure = await failureOf(() => {
      const { arn } = new dynamodb.Table('archive', { attributes: [] });
      return { account: arn.apply((known) => known.split(':')[4]) };
    });

    expect(failure).toBeInstanceOf(LocalApplyError);
    expect(failure).toHaveProperty(
      'message',
      'The local apply does not know this type of resource, nor what it would answer to what depends on it ' +
        '[type=aws:dynamodb/table:Table, name=archive]. Leave it out of the local program, or add it to infra/local/stand-ins.ts.',
    );
  });

  it('names a property that is secret, rather than apply it garbled', async () => {
    const failure = await failureOf(() => {
      new sns.Topic('Customer', { name: 'Customer.fifo', fifoTopic: pulumi.secret(true) });
    });

    expect(failure).toHaveProperty(
      'message',
      expect.stringContaining('property "fifoTopic" is not a plain value'),
    );
  });

  it('names a provider function that the program calls', async () => {
    const failure = await failureOf(() => {
      const { arn } = sns.getTopicOutput({ name: 'OrderEventTopic.fifo' });
      new EventCollector('Notification', { eventTopics: [{ name: 'Order', topicArn: arn }] });
    });

    expect(failure).toHaveProperty(
      'message',
      'The local apply does not support provider functions [function=aws:sns/getTopic:getTopic].',
    );
  });

  it('passes on what the emulator refuses, with its cause', async () => {
    const topicArn = 'arn:aws:sns:us-east-1:000000000000:MissingEventTopic.fifo';
    const failure = await failureOf(() => {
      new EventCollector('Notification', { eventTopics: [{ name: 'Missing', topicArn }] });
    });

    expect(failure).toHaveProperty(
      'message',
      'Cannot make a resource in the emulator [type=aws:sns/topicSubscription:TopicSubscription, ' +
        'name=NotificationEventCollector-Missing]: Topic does not exist',
    );
    expect(failure).toHaveProperty('cause.name', 'NotFoundException');
  });

  it('says that nobody answers at the endpoint', async () => {
    await expect(applyLocally({ endpoint: 'http://127.0.0.1:1' })).rejects.toThrow(
      'connect ECONNREFUSED 127.0.0.1:1',
    );
  });

  it.each([
    ['at once', () => Promise.resolve()],
    ['after a while', () => setTimeout(10)],
  ])('passes on what the program throws %s', async (_, wait) => {
    const own = new Error('no such customer');

    expect(
      await failureOf(async () => {
        new EventTopic('Customer');
        await wait();
        throw own;
      }),
    ).toBe(own);
  });

  it('passes on faulty arguments of a component', async () => {
    expect(await failureOf(() => new EventTopic('Customer Order'))).toSatisfy(
      pulumi.InputPropertiesError.isInstance,
    );
  });

  it('makes nothing that the program still asks for once it has failed', async () => {
    let rest: Promise<void> | undefined;
    const failure = await failureOf(() => {
      new dynamodb.Table('archive', { attributes: [] });
      rest = setTimeout(20).then(() => {
        new EventTopic('TooLate');
      });
      return rest;
    });
    await rest;
    await setTimeout(50);
    const { Topics = [] } = await emulator.sns.send(new ListTopicsCommand({}));

    expect(failure).toBeInstanceOf(LocalApplyError);
    expect(Topics.map(({ TopicArn }) => TopicArn)).not.toContainEqual(expect.stringContaining('TooLate'));
  });

  it('leaves the next apply unharmed', async () => {
    await failureOf(() => void new dynamodb.Table('archive', { attributes: [] }));

    expect(
      Object.keys((await applyLocally({ endpoint: emulator.endpoint, log: () => {} })).eventTopics),
    ).toEqual(['Customer', 'Order']);
  });
});
