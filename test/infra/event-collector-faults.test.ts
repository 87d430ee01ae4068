import { describe, expect, it } from 'vitest';
import { EventCollector, type EventCollectorArgs, EventTopic } from '../../infra/components/index.ts';
import { construct, faultyArguments as faultsOf } from './support/faults.ts';
import { registrationsOf, snsArn } from './support/registrations.ts';

const order = { name: 'Order', topicArn: snsArn('OrderEventTopic.fifo') };

describe('an EventCollector with faulty arguments', () => {
  it('names all of them in one error and registers nothing', async () => {
    const { error, registered } = await construct(
      () =>
        new EventCollector('Customer ReadModel', {
          eventTopics: [order, { name: 'Customer', topicArn: 'CustomerEventTopic.fifo' }, order],
          visibilityTimeoutSeconds: -1,
          maxReceiveCount: 0,
        }),
    );

    expect(error?.message).toBe(
      [
        'EventCollector "Customer ReadModel" cannot be created [faults=5]. Correct its arguments:',
        '  - name: must be 1 to 51 letters, digits, "-" or "_" [length=18, value="Customer ReadModel"]',
        '  - eventTopics[1].topicArn: must be the ARN of an SNS topic, ' +
          'arn:aws:sns:<region>:<account>:<name>.fifo [value="CustomerEventTopic.fifo"]',
        '  - eventTopics[2]: repeats eventTopics[0] [name=Order]',
        '  - visibilityTimeoutSeconds: must be a whole number from 0 to 43200 [value=-1]',
        '  - maxReceiveCount: must be a whole number from 1 to 1000 [value=0]',
      ].join('\n'),
    );
    expect(registered.all).toEqual([]);
  });

  it('names together what AWS would find one by one, halfway through the deployment', async () => {
    const { error, registered } = await construct(
      () =>
        new EventCollector('Notification', {
          eventTopics: [{ name: 'Order', topicArn: snsArn('OrderEventTopic') }],
          eventTypes: Array.from({ length: 151 }, (_, index) => `Type${index}`),
          lambdaFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:notify',
          handlerTimeoutSeconds: 30,
          visibilityTimeoutSeconds: 60,
        }),
    );

    expect(error?.errors).toEqual([
      {
        propertyPath: 'eventTopics[0]',
        reason: expect.stringContaining('is a standard topic, which SNS delivers to standard queues only'),
      },
      {
        propertyPath: 'filterAttributes',
        reason: 'must have at most 150 combinations of values [combinations=151]',
      },
      {
        propertyPath: 'visibilityTimeoutSeconds',
        reason: expect.stringContaining('must be at least 180, 6 times handlerTimeoutSeconds'),
      },
    ]);
    expect(registered.all).toEqual([]);
  });

  it('says which arguments they are in a form that programs can read', async () => {
    const { error } = await construct(
      () => new EventCollector('Notification', { eventTopics: [], maxReceiveCount: 1.5 }),
    );

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
    'arn:aws:sqs:eu-central-1:123456789012:OrderEventTopic.fifo',
    'arn:aws:sns:eu-central-1:123456789012:OrderEventTopic.fifo:5be8b1f2',
  ])('may not have the ARN %j', async (topicArn) => {
    expect(await faultyArguments('Notification', { eventTopics: [{ name: 'Order', topicArn }] })).toEqual([
      'eventTopics[0].topicArn',
    ]);
  });
});

describe('a topic of an EventCollector', () => {
  it('is there once, by whatever name', async () => {
    const eventTopics = [order, { ...order, name: 'Sales' }];

    expect(await faultyArguments('Notification', { eventTopics })).toEqual(['eventTopics[1]']);
  });
});

describe('a standard topic', () => {
  const standard = { name: 'Order', topicArn: snsArn('OrderEventTopic') };

  it('has no FIFO queue, whether its ARN says what it is or it does itself', async () => {
    expect(await faultyArguments('Notification', { eventTopics: [standard] })).toEqual(['eventTopics[0]']);
    expect(await faultyArguments('Notification', { type: 'standard', eventTopics: [standard] })).toEqual([]);
    const { error } = await construct(() => {
      const topic = new EventTopic('Customer', { type: 'standard' });
      return new EventCollector('Notification', { eventTopics: [topic] });
    });
    expect(error?.message).toContain(
      'eventTopics[0]: is a standard topic, which SNS delivers to standard queues only: set type to "standard", or make the topic FIFO [name=Customer]',
    );
  });

  it('has no archive to replay from', async () => {
    const args = { type: 'standard', replayFrom: '2026-11-01T00:00:00Z', eventTopics: [standard] } as const;

    expect(await faultyArguments('Notification', args)).toEqual(['eventTopics[0]']);
  });

  it('is what its ARN says', async () => {
    const eventTopics = [{ ...standard, type: 'fifo' as const }];

    expect(await faultyArguments('Notification', { type: 'standard', eventTopics })).toEqual([
      'eventTopics[0].type',
    ]);
  });
});

describe('a topic with a claim-check bucket', () => {
  const large = { ...order, claimCheckBucket: { bucketArn: 'arn:aws:s3:::claims' } };

  it('has no filter by the body, which SNS does not see', async () => {
    const args = { eventTopics: [large], filterBody: { id: ['O-1'] } };

    expect(await faultyArguments('Notification', args)).toEqual(['eventTopics[0]']);
    expect(await faultyArguments('Notification', { ...args, eventTopics: [order] })).toEqual([]);
  });
});

describe('the encryption of an EventCollector', () => {
  it('is by SQS or by a key of KMS', async () => {
    const kmsKeyArn = 'arn:aws:kms:eu-central-1:123456789012:key/k';
    const unknown = 'awsManaged' as 'customerKey';

    expect(await faultyArguments('Notification', { encryption: unknown })).toEqual(['encryption']);
    expect(await faultyArguments('Notification', { encryption: 'sqsManaged', kmsKeyArn })).toEqual([
      'encryption',
    ]);
    expect(await faultyArguments('Notification', { encryption: 'customerKey', kmsKeyArn })).toEqual([]);
  });
});

describe('the dead-letter queue of a topic elsewhere', () => {
  const reference = (queue: string) => ({
    eventTopics: [{ ...order, deadLetterQueueArn: `arn:aws:sqs:us-east-1:123456789012:${queue}` }],
  });

  it("is of the collector's type", async () => {
    expect(await faultyArguments('Notification', reference('Undelivered.fifo'))).toEqual([]);
    expect(await faultyArguments('Notification', reference('Undelivered'))).toEqual([
      'eventTopics[0].deadLetterQueueArn',
    ]);
    expect(await faultyArguments('Notification', { type: 'standard', ...reference('Undelivered') })).toEqual(
      [],
    );
    expect(
      await faultyArguments('Notification', { type: 'standard', ...reference('Undelivered.fifo') }),
    ).toEqual(['eventTopics[0].deadLetterQueueArn']);
  });
});

function faultyArguments(name: string, args: Partial<EventCollectorArgs>): Promise<string[]> {
  return faultsOf(() => new EventCollector(name, { eventTopics: [order], ...args }));
}
