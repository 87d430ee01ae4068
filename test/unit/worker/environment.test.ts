import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SnsFifoPublisher } from '../../../src/activities/publishers/sns-fifo-publisher.ts';
import { SnsPublisher } from '../../../src/activities/publishers/sns-publisher.ts';
import { SqsDeadLetterQueue } from '../../../src/activities/publishers/sqs-dead-letter-queue.ts';
import { type Environment, readEnvironment } from '../../../src/worker/environment.ts';
import { topicActivities } from '../../../src/worker/topic-activities.ts';

const CUSTOMER = 'arn:aws:sns:us-east-1:000000000000:CustomerEventTopic.fifo';
const ORDER = 'arn:aws:sns:eu-central-1:000000000000:OrderEventTopic.fifo';
const REFUSED = 'https://sqs.us-east-1.amazonaws.com/000000000000/refused';
const AUDIT = 'arn:aws:sns:us-east-1:000000000000:Audit';
const EXAMPLE =
  'Set EVENT_TOPICS=\'{"Customer":"arn:aws:sns:<region>:<account>:CustomerEventTopic.fifo"}\' (the Pulumi stack prints it as eventTopics)';

const RULE = 'is no topic name: 1 to 241 letters, digits, "-" or "_", as in "Customer"';

const topics = (value: unknown): Environment => ({ EVENT_TOPICS: JSON.stringify(value) });

async function messageFor(env: Environment): Promise<string> {
  const error = await readEnvironment(env).then(
    () => new Error('The environment was accepted'),
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'INVALID_ENVIRONMENT' });
  return error instanceof Error ? error.message : '';
}

describe('EVENT_TOPICS', () => {
  it('names topics and where to publish them', async () => {
    const env = await readEnvironment(topics({ Customer: CUSTOMER, Order: ORDER }));

    expect(env.topics.map(({ topic, publisher }) => [topic, publisher.describe()])).toEqual([
      ['Customer', CUSTOMER],
      ['Order', ORDER],
    ]);
  });

  it('takes FIFO and standard topics', async () => {
    const { topics: publishers } = await readEnvironment(topics({ Customer: CUSTOMER, Audit: AUDIT }));

    expect(publishers[0]?.publisher).toBeInstanceOf(SnsFifoPublisher);
    expect(publishers[1]?.publisher).toBeInstanceOf(SnsPublisher);
  });

  it('takes of a topic its ARN, or an object with more', async () => {
    const { topics: publishers } = await readEnvironment(
      topics({
        Customer: { topicArn: CUSTOMER, deadLetterQueueUrl: REFUSED, maxMessageBytes: 1_048_576 },
        Order: { topicArn: ORDER },
        Audit: AUDIT,
      }),
    );

    expect(publishers.map(({ publisher }) => publisher.describe())).toEqual([CUSTOMER, ORDER, AUDIT]);
    expect(publishers.map(({ publisher }) => publisher.maxBatchBytes)).toEqual([1_048_576, 262_144, 262_144]);
    expect(publishers.map(({ onRefused }) => onRefused)).toEqual(['deadLetter', 'park', 'park']);
    expect(publishers[0]?.deadLetterQueue).toBeInstanceOf(SqsDeadLetterQueue);
    expect(publishers[0]?.deadLetterQueue?.describe()).toBe(REFUSED);
    expect(() => topicActivities(publishers)).not.toThrow();
  });

  it.each([
    [
      { maxMessageBytes: 1_048_576 },
      'Invalid input: expected string, received undefined → at Customer.topicArn',
    ],
    [
      { topicArn: CUSTOMER, deadLetterQueueUrl: 5 },
      'expected string, received number → at Customer.deadLetterQueueUrl',
    ],
    [
      { topicArn: CUSTOMER, maxMessageBytes: 1_023 },
      'expected number to be >=1024 → at Customer.maxMessageBytes',
    ],
    [{ topicArn: CUSTOMER, maxMessageBytes: 1_048_577 }, 'expected number to be <=1048576'],
    [{ topicArn: CUSTOMER, maxMessageBytes: 1_024.5 }, 'expected int, received number'],
    [
      { topicArn: CUSTOMER, deadletterQueueUrl: REFUSED },
      'Unrecognized key: "deadletterQueueUrl" → at Customer',
    ],
  ])('is a fault when an object of a topic is wrong: %j', async (customer, fault) => {
    const message = await messageFor(topics({ Customer: customer, Order: 5 }));

    expect(message).toMatch(/^EVENT_TOPICS is not a JSON object of topic names and ARNs: ./);
    expect(message).toContain(fault);
    expect(message).toContain('expected object, received number → at Order');
  });

  it('is a fault for a wrong ARN and for a wrong queue, also of one topic', async () => {
    const bad = topics({ Customer: { topicArn: 'x', deadLetterQueueUrl: 'y' } });

    expect(await messageFor(bad)).toBe(
      'EVENT_TOPICS is wrong: Customer: Not the ARN of an SNS topic [topicArn=x]. Use arn:aws:sns:<region>:<account>:<name>, as the Pulumi stack prints it;' +
        ` Customer: Not the URL of an SQS queue [queueUrl=y]. Use https://sqs.<region>.amazonaws.com/<account>/<name>, as the Pulumi stack prints it. ${EXAMPLE}`,
    );
  });

  it.each(['nope', '[]', 'null', '"Customer"', '{"Customer":5}', '{"Customer":5,"Order":null}'])(
    'is a fault when it is not a JSON object of names and ARNs: %s',
    async (json) => {
      const message = await messageFor({ EVENT_TOPICS: json });

      expect(message).toMatch(/^EVENT_TOPICS is not a JSON object of topic names and ARNs: ./);
      expect(message.endsWith(`. ${EXAMPLE}`)).toBe(true);
      expect(message).not.toContain('\n');
    },
  );

  it.each(['', 'Customer Order', 'Customer.fifo', 'Kundë', 'Customer\n', 'a'.repeat(242)])(
    'is a fault when it has a name that no topic can have: %j',
    async (name) => {
      expect(await messageFor(topics({ Order: ORDER, [name]: CUSTOMER }))).toBe(
        `EVENT_TOPICS is wrong: ${JSON.stringify(name)} ${RULE}. ${EXAMPLE}`,
      );
    },
  );

  it('is a fault for every wrong name and every wrong ARN', async () => {
    const bad = topics({ 'a.b': CUSTOMER, Order: 'x', 'c d': 'y' });
    const arn = (value: string) =>
      `Not the ARN of an SNS topic [topicArn=${value}]. Use arn:aws:sns:<region>:<account>:<name>, as the Pulumi stack prints it`;

    expect(await messageFor(bad)).toBe(
      `EVENT_TOPICS is wrong: "a.b" ${RULE}; Order: ${arn('x')}; "c d" ${RULE}; c d: ${arn('y')}. ${EXAMPLE}`,
    );
  });

  it('is a fault when there is no topic in it', async () => {
    expect(await messageFor(topics({}))).toBe(`EVENT_TOPICS is wrong: there is no topic. ${EXAMPLE}`);
  });

  it('is a fault for every topic whose ARN is wrong', async () => {
    const bad = topics({ Customer: 'CustomerEventTopic', Order: ORDER, Audit: 'arn:aws:sqs:eu-west-1:1:a' });
    const arn = 'Use arn:aws:sns:<region>:<account>:<name>, as the Pulumi stack prints it';

    expect(await messageFor(bad)).toBe(
      `EVENT_TOPICS is wrong: Customer: Not the ARN of an SNS topic [topicArn=CustomerEventTopic]. ${arn};` +
        ` Audit: Not the ARN of an SNS topic [topicArn=arn:aws:sqs:eu-west-1:1:a]. ${arn}. ${EXAMPLE}`,
    );
  });
});

describe('EVENT_TOPICS_FILE', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'event-topics-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function fileWith(content: string): string {
    const file = join(folder, 'topics.json');
    writeFileSync(file, content);
    return file;
  }

  it('names a file with that JSON', async () => {
    const env = await readEnvironment({
      EVENT_TOPICS_FILE: fileWith(JSON.stringify({ Customer: CUSTOMER })),
    });

    expect(env.topics.map(({ topic, publisher }) => [topic, publisher.describe()])).toEqual([
      ['Customer', CUSTOMER],
    ]);
  });

  it('is a fault when the file cannot be read', async () => {
    const file = join(folder, 'missing.json');

    expect(await messageFor({ EVENT_TOPICS_FILE: file })).toBe(
      `EVENT_TOPICS_FILE ${file} cannot be read: Error: ENOENT: no such file or directory, open '${file}'. ${EXAMPLE}`,
    );
  });

  it('is a fault when the file holds something else', async () => {
    const file = fileWith('Customer');

    expect(await messageFor({ EVENT_TOPICS_FILE: file })).toMatch(
      `EVENT_TOPICS_FILE ${file} is not a JSON object of topic names and ARNs: SyntaxError`,
    );
  });

  it('is a fault when there is no topic in it', async () => {
    const file = fileWith('{}');

    expect(await messageFor({ EVENT_TOPICS_FILE: file })).toMatch(
      `EVENT_TOPICS_FILE ${file} is wrong: there is no topic.`,
    );
  });
});

describe('the topics', () => {
  it.each([{}, { EVENT_TOPICS: '' }, { EVENT_TOPICS: '', EVENT_TOPICS_FILE: '' }])(
    'are a fault when neither variable is set: %j',
    async (env) => {
      expect(await messageFor(env)).toBe(`Neither EVENT_TOPICS nor EVENT_TOPICS_FILE is set. ${EXAMPLE}`);
    },
  );

  it('are a fault when both variables are set: one of them is to be unset, whatever they hold', async () => {
    for (const inline of [JSON.stringify({ Customer: CUSTOMER }), 'nope'])
      expect(await messageFor({ EVENT_TOPICS: inline, EVENT_TOPICS_FILE: 'topics.json' })).toBe(
        'EVENT_TOPICS and EVENT_TOPICS_FILE are both set. Unset one of them',
      );
  });

  it('are read from the variable that is set when the other is empty', async () => {
    const env = { ...topics({ Customer: CUSTOMER }), EVENT_TOPICS_FILE: '' };

    expect((await readEnvironment(env)).topics.map(({ topic }) => topic)).toEqual(['Customer']);
  });
});

describe('EVENT_TOPIC_TASK_QUEUE', () => {
  it.each([
    [undefined, 'event-topic'],
    ['', 'event-topic'],
    ['customers', 'customers'],
  ])('when it is %j, the task queue is %s', async (value, taskQueue) => {
    const env = { ...topics({ Customer: CUSTOMER }), EVENT_TOPIC_TASK_QUEUE: value };

    expect((await readEnvironment(env)).taskQueue).toBe(taskQueue);
  });
});

describe('EVENT_TOPIC_PATCHES', () => {
  it.each([
    [undefined, 'on'],
    ['on', 'on'],
    ['off', 'off'],
  ])('when it is %j, patches are %s', async (value, patches) => {
    const env = { ...topics({ Customer: CUSTOMER }), EVENT_TOPIC_PATCHES: value };

    expect((await readEnvironment(env)).patches).toBe(patches);
  });
});

describe('EVENT_TOPIC_STACK_TRACES', () => {
  it.each([
    [undefined, 'off'],
    ['on', 'on'],
    ['OFF', 'off'],
  ])('when it is %j, stack traces are %s', async (value, stackTraces) => {
    const env = { ...topics({ Customer: CUSTOMER }), EVENT_TOPIC_STACK_TRACES: value };

    expect((await readEnvironment(env)).stackTraces).toBe(stackTraces);
  });
});

describe('several variables that are wrong', () => {
  it('are said together, each with what to do', async () => {
    const message = await messageFor({
      EVENT_TOPICS: '{}',
      LOG_LEVEL: 'loud',
      HEALTH_ADDRESS: 'x',
      METRICS_ADDRESS: 'y',
      TEMPORAL_DEPLOYMENT_NAME: 'shop',
    });

    expect(message).toMatch(
      /^EVENT_TOPICS is wrong: .*\. LOG_LEVEL is .*\. HEALTH_ADDRESS is .*\. METRICS_ADDRESS is .*\. TEMPORAL_DEPLOYMENT_NAME and /,
    );
  });
});
