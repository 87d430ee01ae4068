import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { EventCollector, type EventCollectorArgs, EventTopic } from '../../infra/components/index.ts';
import { type Registrations, registrationsOf, snsArn } from './support/registrations.ts';

const order = { name: 'Order', topicArn: snsArn('OrderEventTopic.fifo') };

describe('an EventCollector with faulty arguments', () => {
  it('names all of them in one error and registers nothing', async () => {
    const { error, registered } = await construct('Customer ReadModel', {
      eventTopics: [order, { name: 'Customer', topicArn: 'CustomerEventTopic.fifo' }, order],
      visibilityTimeoutSeconds: -1,
      maxReceiveCount: 0,
    });

    expect(error?.message).toBe(
      [
        'EventCollector "Customer ReadModel" cannot be created [faults=5]. Correct its arguments:',
        '  - name: must be 1 to 51 letters, digits, "-" or "_" [length=18, value="Customer ReadModel"]',
        '  - eventTopics[1].topicArn: must be the ARN of an SNS FIFO topic, ' +
          'arn:aws:sns:<region>:<account>:<name>.fifo [value="CustomerEventTopic.fifo"]',
        '  - eventTopics[2]: repeats eventTopics[0] [name=Order]',
        '  - visibilityTimeoutSeconds: must be a whole number from 0 to 43200 [value=-1]',
        '  - maxReceiveCount: must be a whole number from 1 to 1000 [value=0]',
      ].join('\n'),
    );
    expect(registered.all).toEqual([]);
  });

  it('says which arguments they are in a form that programs can read', async () => {
    const { error } = await construct('Notification', { eventTopics: [], maxReceiveCount: 1.5 });

    expect(error?.errors).toEqual([
      { propertyPath: 'eventTopics', reason: 'must hold at least one EventTopic' },
      { propertyPath: 'maxReceiveCount', reason: 'must be a whole number from 1 to 1000 [value=1.5]' },
    ]);
  });

  it('is refused for a component that is listed twice', async () => {
    await registrationsOf(() => {
      const topic = new EventTopic('Customer');
      expect(() => new EventCollector('Notification', { eventTopics: [topic, topic] })).toThrow(
        'eventTopics[1]: repeats eventTopics[0] [name=Customer]',
      );
    });
  });
});

describe('the name of an EventCollector', () => {
  const longest = 'a'.repeat(80 - 'EventCollectorDeadLetter.fifo'.length);

  it('may be as long as the name of its dead-letter queue allows', async () => {
    expect(await faultyArguments(longest, {})).toEqual([]);
  });

  it.each(['', 'Read Model', 'ReadModel.fifo', `${longest}a`])('may not be %j', async (name) => {
    expect(await faultyArguments(name, {})).toEqual(['name']);
  });
});

describe('the numbers of an EventCollector', () => {
  it.each([-1, 43_201, 0.5, Number.NaN])(
    'may not hide a message for %d seconds',
    async (visibilityTimeoutSeconds) => {
      expect(await faultyArguments('Notification', { visibilityTimeoutSeconds })).toEqual([
        'visibilityTimeoutSeconds',
      ]);
    },
  );

  it.each([0, -1, 1_001, 2.5])(
    'may not set a message aside after receiving it %d times',
    async (maxReceiveCount) => {
      expect(await faultyArguments('Notification', { maxReceiveCount })).toEqual(['maxReceiveCount']);
    },
  );
});

describe('the topics of an EventCollector', () => {
  it.each([
    'arn:aws:sns:eu-central-1:123456789012:OrderEventTopic.fifo',
    'arn:aws-us-gov:sns:us-gov-west-1:123456789012:a.fifo',
  ])('may have the ARN %s', async (topicArn) => {
    expect(await faultyArguments('Notification', { eventTopics: [{ name: 'Order', topicArn }] })).toEqual([]);
  });

  it.each([
    '',
    'OrderEventTopic.fifo',
    'arn:aws:sns:eu-central-1:123456789012:OrderEventTopic',
    'arn:aws:sqs:eu-central-1:123456789012:OrderEventTopic.fifo',
    'arn:aws:sns:eu-central-1:123456789012:OrderEventTopic.fifo:5be8b1f2',
  ])('may not have the ARN %j', async (topicArn) => {
    expect(await faultyArguments('Notification', { eventTopics: [{ name: 'Order', topicArn }] })).toEqual([
      'eventTopics[0].topicArn',
    ]);
  });
});

async function faultyArguments(name: string, args: Partial<EventCollectorArgs>): Promise<string[]> {
  const { error } = await construct(name, { eventTopics: [order], ...args });
  return error?.errors.map(({ propertyPath }) => propertyPath) ?? [];
}

async function construct(
  name: string,
  args: EventCollectorArgs,
): Promise<{ error: pulumi.InputPropertiesError | undefined; registered: Registrations }> {
  let error: pulumi.InputPropertiesError | undefined;
  const registered = await registrationsOf(() => {
    try {
      new EventCollector(name, args);
    } catch (thrown) {
      if (!pulumi.InputPropertiesError.isInstance(thrown)) throw thrown;
      error = thrown;
    }
  });
  return { error, registered };
}
