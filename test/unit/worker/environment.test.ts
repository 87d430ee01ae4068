import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SnsFifoPublisher } from '../../../src/activities/publishers/sns-fifo-publisher.ts';
import { SnsPublisher } from '../../../src/activities/publishers/sns-publisher.ts';
import { type Environment, readEnvironment } from '../../../src/worker/environment.ts';

const CUSTOMER = 'arn:aws:sns:us-east-1:000000000000:CustomerEventTopic.fifo';
const ORDER = 'arn:aws:sns:eu-central-1:000000000000:OrderEventTopic.fifo';
const AUDIT = 'arn:aws:sns:us-east-1:000000000000:Audit';
const EXAMPLE =
  'Set EVENT_TOPICS=\'{"Customer":"arn:aws:sns:<region>:<account>:CustomerEventTopic.fifo"}\' (the Pulumi stack prints it as eventTopics)';

const RULE = 'is no topic name: 1 to 241 letters, digits, "-" or "_", as in "Customer"';

const topics = (value: unknown): Environment => ({ EVENT_TOPICS: JSON.stringify(value) });

function messageFor(env: Environment): string {
  try {
    readEnvironment(env);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_ENVIRONMENT' });
    return error instanceof Error ? error.message : '';
  }
  throw new Error('The environment was accepted');
}

describe('EVENT_TOPICS', () => {
  it('names topics and where to publish them', () => {
    const env = readEnvironment(topics({ Customer: CUSTOMER, Order: ORDER }));

    expect(env.topics.map(({ topic, publisher }) => [topic, publisher.describe()])).toEqual([
      ['Customer', CUSTOMER],
      ['Order', ORDER],
    ]);
  });

  it('takes FIFO and standard topics', () => {
    const { topics: publishers } = readEnvironment(topics({ Customer: CUSTOMER, Audit: AUDIT }));

    expect(publishers[0]?.publisher).toBeInstanceOf(SnsFifoPublisher);
    expect(publishers[1]?.publisher).toBeInstanceOf(SnsPublisher);
  });

  it.each(['nope', '[]', 'null', '"Customer"', '{"Customer":5}', '{"Customer":5,"Order":null}'])(
    'is a fault when it is not a JSON object of names and ARNs: %s',
    (json) => {
      const message = messageFor({ EVENT_TOPICS: json });

      expect(message).toMatch(/^EVENT_TOPICS is not a JSON object of topic names and ARNs: ./);
      expect(message.endsWith(`. ${EXAMPLE}`)).toBe(true);
      expect(message).not.toContain('\n');
    },
  );

  it.each(['', 'Customer Order', 'Customer.fifo', 'Kundë', 'Customer\n', 'a'.repeat(242)])(
    'is a fault when it has a name that no topic can have: %j',
    (name) => {
      expect(messageFor(topics({ Order: ORDER, [name]: CUSTOMER }))).toBe(
        `EVENT_TOPICS is wrong: ${JSON.stringify(name)} ${RULE}. ${EXAMPLE}`,
      );
    },
  );

  it('is a fault for every wrong name and every wrong ARN', () => {
    const bad = topics({ 'a.b': CUSTOMER, Order: 'x', 'c d': 'y' });
    const arn = (value: string) =>
      `Not the ARN of an SNS topic [topicArn=${value}]. Use arn:aws:sns:<region>:<account>:<name>, as the Pulumi stack prints it`;

    expect(messageFor(bad)).toBe(
      `EVENT_TOPICS is wrong: "a.b" ${RULE}; Order: ${arn('x')}; "c d" ${RULE}; c d: ${arn('y')}. ${EXAMPLE}`,
    );
  });

  it('is a fault when there is no topic in it', () => {
    expect(messageFor(topics({}))).toBe(`EVENT_TOPICS is wrong: there is no topic. ${EXAMPLE}`);
  });

  it('is a fault for every topic whose ARN is wrong', () => {
    const bad = topics({ Customer: 'CustomerEventTopic', Order: ORDER, Audit: 'arn:aws:sqs:eu-west-1:1:a' });
    const arn = 'Use arn:aws:sns:<region>:<account>:<name>, as the Pulumi stack prints it';

    expect(messageFor(bad)).toBe(
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

  it('names a file with that JSON', () => {
    const env = readEnvironment({ EVENT_TOPICS_FILE: fileWith(JSON.stringify({ Customer: CUSTOMER })) });

    expect(env.topics.map(({ topic, publisher }) => [topic, publisher.describe()])).toEqual([
      ['Customer', CUSTOMER],
    ]);
  });

  it('is a fault when the file cannot be read', () => {
    const file = join(folder, 'missing.json');

    expect(messageFor({ EVENT_TOPICS_FILE: file })).toBe(
      `EVENT_TOPICS_FILE ${file} cannot be read: Error: ENOENT: no such file or directory, open '${file}'. ${EXAMPLE}`,
    );
  });

  it('is a fault when the file holds something else', () => {
    const file = fileWith('Customer');

    expect(messageFor({ EVENT_TOPICS_FILE: file })).toMatch(
      `EVENT_TOPICS_FILE ${file} is not a JSON object of topic names and ARNs: SyntaxError`,
    );
  });

  it('is a fault when there is no topic in it', () => {
    const file = fileWith('{}');

    expect(messageFor({ EVENT_TOPICS_FILE: file })).toMatch(
      `EVENT_TOPICS_FILE ${file} is wrong: there is no topic.`,
    );
  });
});

describe('the topics', () => {
  it.each([{}, { EVENT_TOPICS: '' }, { EVENT_TOPICS: '', EVENT_TOPICS_FILE: '' }])(
    'are a fault when neither variable is set: %j',
    (env) => {
      expect(messageFor(env)).toBe(`Neither EVENT_TOPICS nor EVENT_TOPICS_FILE is set. ${EXAMPLE}`);
    },
  );

  it('are a fault when both variables are set: one of them is to be unset, whatever they hold', () => {
    for (const inline of [JSON.stringify({ Customer: CUSTOMER }), 'nope'])
      expect(messageFor({ EVENT_TOPICS: inline, EVENT_TOPICS_FILE: 'topics.json' })).toBe(
        'EVENT_TOPICS and EVENT_TOPICS_FILE are both set. Unset one of them',
      );
  });

  it('are read from the variable that is set when the other is empty', () => {
    const env = { ...topics({ Customer: CUSTOMER }), EVENT_TOPICS_FILE: '' };

    expect(readEnvironment(env).topics.map(({ topic }) => topic)).toEqual(['Customer']);
  });
});

describe('EVENT_TOPIC_TASK_QUEUE', () => {
  it.each([
    [undefined, 'event-topic'],
    ['', 'event-topic'],
    ['customers', 'customers'],
  ])('when it is %j, the task queue is %s', (value, taskQueue) => {
    const env = { ...topics({ Customer: CUSTOMER }), EVENT_TOPIC_TASK_QUEUE: value };

    expect(readEnvironment(env).taskQueue).toBe(taskQueue);
  });
});
