import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../infra/components/index.ts';
import { registrationsOf, snsArn } from './support/registrations.ts';

describe('an EventTopic', () => {
  it('is one component and one SNS FIFO topic, both named after the aggregate', async () => {
    const { all } = await registrationsOf(() => {
      new EventTopic('Customer');
    });

    expect(all).toEqual([
      {
        type: 'reventless:EventTopic',
        name: 'CustomerEventTopic',
        inputs: {},
        parent: 'pulumi:pulumi:Stack project-stack',
        dependencies: [],
      },
      {
        type: 'aws:sns/topic:Topic',
        name: 'CustomerEventTopic',
        inputs: { name: 'CustomerEventTopic.fifo', fifoTopic: true, fifoThroughputScope: 'MessageGroup' },
        parent: 'reventless:EventTopic CustomerEventTopic',
        dependencies: [],
      },
    ]);
  });

  it('offers its name, the ARN of its topic and the topic itself', async () => {
    const { outputs } = await registrationsOf(() => {
      const { name, topicArn, resources } = new EventTopic('Customer');
      return { name, topicArn, resources: resources.map((resource) => resource.urn) };
    });

    expect(outputs).toEqual({
      name: 'Customer',
      topicArn: snsArn('CustomerEventTopic.fifo'),
      resources: [expect.stringMatching(/reventless:EventTopic\$aws:sns\/topic:Topic::CustomerEventTopic$/)],
    });
  });

  it('passes its tags to the topic', async () => {
    const { get } = await registrationsOf(() => {
      new EventTopic('Customer', { tags: { team: 'crm', stage: pulumi.output('test') } });
    });

    expect(get('aws:sns/topic:Topic CustomerEventTopic').inputs).toEqual({
      name: 'CustomerEventTopic.fifo',
      fifoTopic: true,
      fifoThroughputScope: 'MessageGroup',
      tags: { team: 'crm', stage: 'test' },
    });
  });

  it('takes the options of a component', async () => {
    const { get } = await registrationsOf(() => {
      const parent = new pulumi.ComponentResource('test:Parent', 'shop');
      new EventTopic('Customer', {}, { parent });
    });

    expect(get('reventless:EventTopic CustomerEventTopic').parent).toBe('test:Parent shop');
  });
});

describe('the name of an EventTopic', () => {
  const longest = 'a'.repeat(256 - 'EventTopic.fifo'.length);

  it.each(['Customer', 'customer-2_b', longest])('may be %s', async (name) => {
    const { get } = await registrationsOf(() => {
      new EventTopic(name);
    });

    expect(get(`aws:sns/topic:Topic ${name}EventTopic`).inputs['name']).toBe(`${name}EventTopic.fifo`);
  });

  it.each([
    ['', 0],
    ['Customer Order', 14],
    ['Customer.fifo', 13],
    ['Kundë', 5],
    [`${longest}a`, 242],
  ])('may not be %j', async (name, length) => {
    const { all } = await registrationsOf(() => {
      expect(() => new EventTopic(name)).toThrow(
        `EventTopic "${name}" cannot be created [faults=1]. Correct its arguments:\n` +
          `  - name: must be 1 to 241 letters, digits, "-" or "_" [length=${length}, value="${name}"]`,
      );
    });

    expect(all).toEqual([]);
  });
});
