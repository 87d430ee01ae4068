import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { EventTopic, type EventTopicArgs } from '../../infra/components/index.ts';
import { construct, faultyArguments } from './support/faults.ts';
import { keyArn, sqsArn, sqsUrl } from './support/registrations.ts';

const faults = (args: EventTopicArgs, name = 'Customer'): Promise<string[]> =>
  faultyArguments(() => new EventTopic(name, args));

const anyOf = <T>(value: unknown): T => value as T;

describe('an EventTopic with faulty arguments', () => {
  it('names all of them in one error, with what is right, and registers nothing', async () => {
    const { error, registered } = await construct(
      () =>
        new EventTopic('Customer Order', {
          throughputScope: anyOf('Group'),
          encryption: 'awsManaged',
          kmsKeyArn: 'alias/mine',
          publisherPrincipals: ['*'],
          subscriberAccounts: ['1234'],
          subscriberOrganization: 'example',
          archiveRetentionDays: 366,
          deadLetterQueue: { queueArn: sqsArn('Refused'), queueUrl: sqsUrl('Refused') },
          endpoints: [
            {
              name: 'Crm',
              protocol: 'https',
              endpoint: 'http://crm.example',
              deadLetterQueueArn: sqsArn('Undelivered.fifo'),
            },
          ],
          deliveryLogSamplePercent: 101,
          deliveryLogRetentionDays: 31,
        }),
    );

    expect(error?.message).toBe(
      [
        'EventTopic "Customer Order" cannot be created [faults=14]. Correct its arguments:',
        '  - name: must be 1 to 241 letters, digits, "-" or "_" [length=14, value="Customer Order"]',
        '  - throughputScope: must be "MessageGroup" or "Topic" [value="Group"]',
        '  - kmsKeyArn: must be the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>, not of an alias [value="alias/mine"]',
        '  - encryption: must be "customerKey" with kmsKeyArn, or absent [value="awsManaged"]',
        '  - publisherPrincipals[0]: must be the ARN of a role, user or account, or a 12-digit account id; never "*" [value="*"]',
        '  - subscriberAccounts[0]: must be a 12-digit account id [value="1234"]',
        '  - subscriberOrganization: must be the id of an organisation, as o-a1b2c3d4e5 [value="example"]',
        '  - archiveRetentionDays: must be a whole number from 0 to 365 [value=366]',
        `  - deadLetterQueue.queueArn: must be the ARN of an SQS FIFO queue, as the topic is FIFO [value="${sqsArn('Refused')}"]`,
        '  - endpoints[0].protocol: cannot have a FIFO topic, which SNS delivers to SQS queues only: let the function or service read the queue of an EventCollector, or set type to "standard" [protocol=https]',
        '  - endpoints[0].endpoint: must be a URL that begins with https:// [value="http://crm.example"]',
        `  - endpoints[0].deadLetterQueueArn: must be the ARN of an SQS standard queue, as the topic is standard [value="${sqsArn('Undelivered.fifo')}"]`,
        '  - deliveryLogSamplePercent: must be a whole number from 0 to 100 [value=101]',
        '  - deliveryLogRetentionDays: must be one of 1, 3, 5, 7, 14, 30, 60, 90, 365 [value=31]',
      ].join('\n'),
    );
    expect(registered.all).toEqual([]);
  });

  it('is not refused for what only the deployment knows', async () => {
    const later = <T>(value: unknown): pulumi.Output<T> => anyOf(pulumi.output(value));

    expect(
      await faults({
        throughputScope: later('Group'),
        kmsKeyArn: later('alias/mine'),
        publisherPrincipals: [later('*')],
        subscriberAccounts: later(['1234']),
        subscriberOrganization: Promise.resolve('example'),
        archiveRetentionDays: later(366),
        deliveryLogSamplePercent: later(101),
        deliveryLogRetentionDays: later(31),
      }),
    ).toEqual([]);
  });
});

describe('the kind of an EventTopic', () => {
  it('is one of two', async () => {
    expect(await faults({ type: anyOf('FIFO'), encryption: anyOf('none') })).toEqual(['type', 'encryption']);
  });

  it('standard has neither throughput scope nor archive', async () => {
    expect(await faults({ type: 'standard', throughputScope: 'Topic', archiveRetentionDays: 1 })).toEqual([
      'throughputScope',
      'archiveRetentionDays',
    ]);
  });
});

describe('the name of an EventTopic with a dead-letter queue', () => {
  const longest = 'a'.repeat(80 - 'EventTopicDeadLetter.fifo'.length);

  it('may be as long as the name of the queue allows', async () => {
    expect(await faults({ deadLetterQueue: true }, longest)).toEqual([]);
    expect(await faults({ deadLetterQueue: true }, `${longest}a`)).toEqual(['name']);
    expect(await faults({ deadLetterQueue: false }, `${longest}a`)).toEqual([]);
  });
});

describe('the principals of an EventTopic', () => {
  it.each([
    '123456789012',
    'arn:aws:iam::123456789012:root',
    'arn:aws:iam::123456789012:role/team/worker',
    'arn:aws-us-gov:sts::123456789012:assumed-role/worker/session',
  ])('may be %s', async (principal) => {
    expect(await faults({ publisherPrincipals: [principal] })).toEqual([]);
  });

  it.each(['', '*', 'arn:aws:iam::*:root', 'arn:aws:iam::123456789012:role/*', 'sns.amazonaws.com'])(
    'may not be %j',
    async (principal) => {
      expect(await faults({ publisherPrincipals: [principal] })).toEqual(['publisherPrincipals[0]']);
    },
  );
});

describe('the archive of an EventTopic', () => {
  const bucketArn = 'arn:aws:s3:::claims';

  it.each([0, 1, 365])('may hold events for %i days', async (archiveRetentionDays) => {
    expect(await faults({ archiveRetentionDays })).toEqual([]);
  });

  it.each([-1, 366, 0.5])('may not hold events for %d days', async (archiveRetentionDays) => {
    expect(await faults({ archiveRetentionDays })).toEqual(['archiveRetentionDays']);
  });

  it('may not outlive the bodies of its large events', async () => {
    const claimCheckBucket = { bucketArn, expirationDays: 90 };

    expect(await faults({ archiveRetentionDays: 61, claimCheckBucket })).toEqual([]);
    expect(await faults({ archiveRetentionDays: 62, claimCheckBucket })).toEqual([
      'claimCheckBucket.expirationDays',
    ]);
    expect(await faults({ archiveRetentionDays: 365, claimCheckBucket: { bucketArn } })).toEqual([]);
  });
});

describe('the queues beside an EventTopic', () => {
  it('are of its type', async () => {
    const fifo = { queueArn: sqsArn('Refused.fifo'), queueUrl: sqsUrl('Refused.fifo') };

    expect(await faults({ deadLetterQueue: fifo })).toEqual([]);
    expect(await faults({ type: 'standard', deadLetterQueue: fifo })).toEqual(['deadLetterQueue.queueArn']);
    expect(await faults({ deadLetterQueue: { ...fifo, kmsKeyArn: keyArn('refused') } })).toEqual([]);
    expect(await faults({ deadLetterQueue: { ...fifo, kmsKeyArn: 'alias/mine' } })).toEqual([
      'deadLetterQueue.kmsKeyArn',
    ]);
  });
});

describe('the endpoints of an EventTopic', () => {
  const deadLetterQueueArn = sqsArn('Undelivered');
  const audit = {
    name: 'Audit',
    protocol: 'lambda',
    endpoint: 'arn:aws:lambda:eu-central-1:123456789012:function:audit',
    deadLetterQueueArn,
  } as const;

  it('need a standard topic', async () => {
    expect(await faults({ endpoints: [audit] })).toEqual(['endpoints[0].protocol']);
    expect(await faults({ type: 'standard', endpoints: [audit] })).toEqual([]);
  });

  it('are functions or web services, each once', async () => {
    const email = { ...audit, name: 'Mail', protocol: anyOf<'https'>('email'), endpoint: 'a@example' };

    expect(await faults({ type: 'standard', endpoints: [audit, audit, email] })).toEqual([
      'endpoints[1].name',
      'endpoints[2].protocol',
      'endpoints[2].endpoint',
    ]);
  });
});

describe('the delivery log of an EventTopic', () => {
  it('has no retention when there is none', async () => {
    expect(await faults({ deliveryLogRetentionDays: 30 })).toEqual(['deliveryLogRetentionDays']);
  });
});

describe('the key of an EventTopic', () => {
  it('is no alias and of KMS', async () => {
    expect(await faults({ kmsKeyArn: keyArn('mine') })).toEqual([]);
    expect(await faults({ kmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:alias/mine' })).toEqual([
      'kmsKeyArn',
    ]);
  });
});

it('names nobody where it has to name somebody, and has more alarm actions than CloudWatch takes', async () => {
  const alarmActions = Array.from(
    { length: 6 },
    (_, n) => `arn:aws:sns:eu-central-1:123456789012:Alarms${n}`,
  );
  const args = { publisherPrincipals: [], subscriberAccounts: [], alarmActions };
  expect(await faultyArguments(() => new EventTopic('Customer', args))).toEqual([
    'publisherPrincipals',
    'subscriberAccounts',
    'alarmActions',
  ]);
});
