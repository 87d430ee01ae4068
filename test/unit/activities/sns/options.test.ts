import { describe, expect, it } from 'vitest';
import { SnsFifoPublisher } from '../../../../src/activities/publishers/sns-fifo-publisher.ts';
import { SnsPublisher } from '../../../../src/activities/publishers/sns-publisher.ts';
import { FakeSns, takesAll } from './fake-sns.ts';

const { client } = new FakeSns(takesAll);
const STANDARD = 'arn:aws:sns:us-east-1:000000000000:CustomerEventTopic';
const FIFO = `${STANDARD}.fifo`;

const fault = (message: string) => expect.objectContaining({ code: 'INVALID_PUBLISHER', message });

describe('the ARN', () => {
  it.each([
    FIFO,
    'arn:aws-cn:sns:cn-north-1:123456789012:a.fifo',
    'arn:aws-us-gov:sns:us-gov-west-1:123456789012:a_b-c.fifo',
  ])('of a FIFO topic is taken, and named: %s', (topicArn) => {
    expect(new SnsFifoPublisher({ topicArn, client }).describe()).toBe(topicArn);
  });

  it('of a standard topic is taken by the publisher for standard topics', () => {
    expect(new SnsPublisher({ topicArn: STANDARD, client }).describe()).toBe(STANDARD);
  });

  it.each([
    '',
    'CustomerEventTopic.fifo',
    'arn:aws:sqs:us-east-1:000000000000:CustomerEventTopic.fifo',
    'arn:aws:sns:us-east-1:0:CustomerEventTopic.fifo',
    `${FIFO}:5be8bf5c-6a4e-4b1e-8e7b-0d3c`,
    ` ${FIFO}`,
  ])('is refused when it is none of an SNS topic: %j', (topicArn) => {
    const message = `Not the ARN of an SNS topic [topicArn=${topicArn}]. Use arn:aws:sns:<region>:<account>:<name>, as the Pulumi stack prints it`;

    expect(() => new SnsFifoPublisher({ topicArn, client })).toThrow(fault(message));
    expect(() => new SnsPublisher({ topicArn, client })).toThrow(fault(message));
  });

  it('of a standard topic is refused by the FIFO publisher', () => {
    expect(() => new SnsFifoPublisher({ topicArn: STANDARD, client })).toThrow(
      fault(
        `A standard topic cannot keep order [topicArn=${STANDARD}]. Give a FIFO topic (its name ends in .fifo), or use SnsPublisher`,
      ),
    );
  });

  it('of a FIFO topic is refused by the publisher for standard topics', () => {
    expect(() => new SnsPublisher({ topicArn: FIFO, client })).toThrow(
      fault(`A FIFO topic needs message groups [topicArn=${FIFO}]. Use SnsFifoPublisher`),
    );
  });
});

describe('the request timeout', () => {
  it.each([1, 10_000, 30_000])('may be %d ms', (requestTimeoutMs) => {
    expect(() => new SnsFifoPublisher({ topicArn: FIFO, client, requestTimeoutMs })).not.toThrow();
  });

  it.each([0, -1, 30_001, Number.NaN, Infinity])('may not be %d ms', (requestTimeoutMs) => {
    expect(() => new SnsFifoPublisher({ topicArn: FIFO, client, requestTimeoutMs })).toThrow(
      fault(
        `The request timeout is out of range [requestTimeoutMs=${requestTimeoutMs}]. Give 1 to 30000 milliseconds`,
      ),
    );
  });
});

it('a publisher takes batches of ten, as SNS does', () => {
  expect(new SnsFifoPublisher({ topicArn: FIFO, client }).maxBatchEntries).toBe(10);
  expect(new SnsPublisher({ topicArn: STANDARD, client }).maxBatchEntries).toBe(10);
});
