import {
  CreateQueueCommand,
  InvalidMessageContents,
  KmsThrottled,
  type Message,
  RequestThrottled,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../../../src/activities/dead-letter-queue.ts';
import { SqsDeadLetterQueue } from '../../../../src/activities/publishers/sqs-dead-letter-queue.ts';
import { toWireMessage, wireSize } from '../../../../src/common/wire-format.ts';
import { customerEntry } from '../../../support/messages.ts';
import { useEmulator } from '../../../support/topic-with-queue.ts';

const aws = useEmulator();
const never = new AbortController().signal;
const KIB = 1_024;
const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/000000000000/refused';

let queues = 0;

/** A queue of its own, and what sends there. */
async function createQueue({ fifo = false, maxBytes = 1_024 * KIB } = {}) {
  queues += 1;
  const { QueueUrl: queueUrl = '' } = await aws.emulator.sqs.send(
    new CreateQueueCommand({
      QueueName: `refused-${queues}${fifo ? '.fifo' : ''}`,
      Attributes: { MaximumMessageSize: String(maxBytes), ...(fifo ? { FifoQueue: 'true' } : {}) },
    }),
  );
  const queue = new SqsDeadLetterQueue({ queueUrl, client: aws.emulator.sqs });
  return { queueUrl, queue, received: () => aws.emulator.drain(queueUrl) };
}

function letterOf(number: number, fields: Partial<DeadLetter['refusal']> = {}): DeadLetter {
  return {
    entry: customerEntry(number, { position: number }),
    refusal: { code: 'InvalidParameter', reason: 'Message too long', ...fields },
  };
}

/** A letter whose message has this many bytes, as SNS and SQS count them. */
function letterOfBytes(bytes: number): DeadLetter {
  const named = (name: string) => customerEntry(1, { event: { type: 'NameChanged', name } });
  const rest = wireSize(toWireMessage('Customer', named('')));
  return { ...letterOf(1), entry: named('x'.repeat(bytes - rest)) };
}

function attributesOf(message: Message | undefined): Record<string, string | undefined> {
  const pairs = Object.entries(message?.MessageAttributes ?? {});
  return Object.fromEntries(pairs.map(([name, { StringValue }]) => [name, StringValue]));
}

describe('an event in the dead letter queue', () => {
  it('has the body and the attributes of the wire format, and why it was refused', async () => {
    const { queue, received } = await createQueue();
    const letter = letterOf(4);

    expect(await queue.send('Customer', letter, never)).toBeUndefined();
    const messages = await received();
    expect(messages).toHaveLength(1);
    expect(messages[0]?.Body).toBe(toWireMessage('Customer', letter.entry).body);
    expect(attributesOf(messages[0])).toEqual({
      aggregate: 'Customer',
      eventType: 'NameChanged',
      service: 'crm',
      correlationId: 'm-4',
      position: '4',
      refusedCode: 'InvalidParameter',
      refusedReason: 'Message too long',
    });
  });

  it('has at most ten attributes, as SQS wants it', async () => {
    const { queue, received } = await createQueue();
    const meta = { traceparent: '00-1-2-01', schemaVersion: '7' };
    const claimCheck = { bucket: 'bodies', key: 'k', bytes: 300_000 };
    const entry = { ...customerEntry(1, { position: 1, meta }), claimCheck };
    await queue.send('Customer', { ...letterOf(1), entry }, never);

    expect(Object.keys(attributesOf((await received())[0]))).toHaveLength(10);
  });

  it.each([
    ['characters that SQS does not take', 'bad \u0000 \uffff \ud800.', 'bad \ufffd \ufffd \ufffd.'],
    ['more than 1,000 bytes', 'x'.repeat(1_001), 'x'.repeat(1_000)],
    ['more than 1,000 bytes, the last of them in one character', `${'x'.repeat(998)}€€`, 'x'.repeat(998)],
    ['an emoji at the end', `${'x'.repeat(997)}😀`, 'x'.repeat(997)],
    ['nothing', '', undefined],
  ])('has as much of the reason as SQS takes, when that has %s', async (_what, reason, expected) => {
    const { queue, received } = await createQueue();

    expect(await queue.send('Customer', letterOf(1, { reason }), never)).toBeUndefined();
    expect(attributesOf((await received())[0])['refusedReason']).toBe(expected);
  });

  it.each([
    { what: 'of 256 KiB at most, by one byte', size: 256 * KIB - 1, maxBytes: 256 * KIB, reason: undefined },
    { what: 'of 256 KiB at most, by 64', size: 256 * KIB - 64, maxBytes: 256 * KIB, reason: 'Message too ' },
    {
      what: 'of 1 MiB at most, by 64',
      size: 1_024 * KIB - 64,
      maxBytes: 1_024 * KIB,
      reason: 'Message too ',
    },
    { what: 'of 1 MiB at most, by far', size: 300 * KIB, maxBytes: 1_024 * KIB, reason: 'Message too long' },
  ])('has as much of the reason as fits into a queue $what', async ({ size, maxBytes, reason }) => {
    const { queue, received } = await createQueue({ maxBytes });

    expect(await queue.send('Customer', letterOfBytes(size), never)).toBeUndefined();
    const [message] = await received();
    expect(attributesOf(message)['refusedReason']).toBe(reason);
  });

  it('is sent again when nobody knows that it is there', async () => {
    const { queue, received } = await createQueue();
    for (const _attempt of [1, 2]) await queue.send('Customer', letterOf(1), never);

    expect(await received()).toHaveLength(2);
  });
});

describe('an event in a FIFO dead letter queue', () => {
  it('has the group and the deduplication id that SNS would have got', async () => {
    const { queue, received } = await createQueue({ fifo: true });
    await queue.send('Customer', letterOf(1), never);
    const entry = customerEntry(2, { id: 'Zoë Müller' });
    await queue.send('Customer', { ...letterOf(2), entry }, never);

    const messages = await received();
    expect(
      messages.map(({ Attributes }) => [Attributes?.MessageGroupId, Attributes?.MessageDeduplicationId]),
    ).toEqual([
      ['C-1', 'm-1'],
      ['d6e575a6b527db9e45a51c573d75afe99aaad340cb9bebddadc5772538def82c', 'm-2'],
    ]);
  });

  it('is there once, also when it is sent again', async () => {
    const { queue, received } = await createQueue({ fifo: true });
    for (const number of [1, 2, 1, 2]) await queue.send('Customer', letterOf(number), never);

    expect((await received()).map(({ Attributes }) => Attributes?.MessageDeduplicationId)).toEqual([
      'm-1',
      'm-2',
    ]);
  });
});

describe('an event that the dead letter queue does not take', () => {
  it('is a fault of the event when it is too large', async () => {
    const { queue } = await createQueue({ maxBytes: 256 * KIB });

    expect(await queue.send('Customer', letterOfBytes(300 * KIB), never)).toMatchObject({
      kind: 'event',
      code: 'InvalidParameterValue',
      reason: expect.stringContaining('Message must be shorter than 262144 bytes'),
    });
  });

  it('is a fault of the event when its content is refused', async () => {
    const { queue } = await createQueue();
    // AWS takes it. The emulator does not, and says so as AWS does of other characters.
    const entry = customerEntry(1, { event: { type: 'NameChanged', name: '😀' } });

    expect(await queue.send('Customer', { ...letterOf(1), entry }, never)).toMatchObject({
      kind: 'event',
      code: 'InvalidMessageContents',
    });
  });

  it('waits for an operator when there is no such queue', async () => {
    const { queueUrl } = await createQueue();
    const client = aws.emulator.sqs;
    const queue = new SqsDeadLetterQueue({ queueUrl: queueUrl.replace('refused', 'missing'), client });

    expect(await queue.send('Customer', letterOf(1), never)).toMatchObject({
      kind: 'configuration',
      code: 'QueueDoesNotExist',
    });
  });

  it('is tried again when SQS is not there', async () => {
    const { queueUrl } = await createQueue();
    const client = new SQSClient({ region: 'us-east-1', endpoint: 'http://127.0.0.1:1', maxAttempts: 1 });
    const failure = await new SqsDeadLetterQueue({ queueUrl, client }).send('Customer', letterOf(1), never);
    client.destroy();

    expect(failure).toMatchObject({ kind: 'retry', code: 'ECONNREFUSED' });
  });

  it.each([
    [new RequestThrottled(answer(403)), 'retry'],
    [new KmsThrottled(answer(400)), 'retry'],
    [new InvalidMessageContents(answer(400)), 'event'],
  ])('is classified by what SQS says: %s', async (error, kind) => {
    const queue = new SqsDeadLetterQueue({
      queueUrl: QUEUE_URL,
      client: clientThat(() => Promise.reject(error)),
    });

    expect(await queue.send('Customer', letterOf(1), never)).toEqual({
      kind,
      code: error.name,
      reason: 'why',
    });
  });
});

describe('a request without an answer', () => {
  const silent = clientThat(
    (_input, abort) =>
      new Promise((_resolve, reject) => {
        const giveUp = (): void => reject(Object.assign(new Error('aborted'), { name: 'AbortError' }));
        if (abort.aborted) giveUp();
        abort.addEventListener('abort', giveUp);
      }),
  );

  it('is given up after the request timeout, to be tried again', async () => {
    const queue = new SqsDeadLetterQueue({ queueUrl: QUEUE_URL, client: silent, requestTimeoutMs: 20 });

    expect(await queue.send('Customer', letterOf(1), never)).toEqual({
      kind: 'retry',
      code: 'TimeoutError',
      reason: 'SQS did not answer within 20 ms, or the worker stopped',
    });
  });

  it('is given up when the worker stops', async () => {
    const stop = new AbortController();
    const queue = new SqsDeadLetterQueue({ queueUrl: QUEUE_URL, client: silent });
    const failure = queue.send('Customer', letterOf(1), stop.signal);
    stop.abort();

    expect(await failure).toMatchObject({ kind: 'retry', code: 'TimeoutError' });
  });
});

describe('the options of a dead letter queue', () => {
  const client = new SQSClient({ region: 'us-east-1' });

  it.each([
    QUEUE_URL,
    'https://sqs.cn-north-1.amazonaws.com.cn/123456789012/refused.fifo',
    'http://127.0.0.1:4566/000000000000/refused',
    'http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/refused',
  ])('take the URL of a queue, and name it: %s', (queueUrl) => {
    expect(new SqsDeadLetterQueue({ queueUrl, client }).describe()).toBe(queueUrl);
  });

  it.each([
    '',
    'refused',
    'arn:aws:sqs:us-east-1:000000000000:refused',
    'https://sqs.us-east-1.amazonaws.com',
    'https://sqs.us-east-1.amazonaws.com/000000000000/',
    'https://sqs.us-east-1.amazonaws.com/000000000000/refused.events',
    `${QUEUE_URL}?x=1`,
    ` ${QUEUE_URL}`,
  ])('refuse what is none: %j', (queueUrl) => {
    expect(() => new SqsDeadLetterQueue({ queueUrl, client })).toThrow(
      expect.objectContaining({
        code: 'INVALID_PUBLISHER',
        message: `Not the URL of an SQS queue [queueUrl=${queueUrl}]. Use https://sqs.<region>.amazonaws.com/<account>/<name>, as the Pulumi stack prints it`,
      }),
    );
  });

  it.each([0, 20_001, Number.NaN])('refuse a request timeout of %d ms', (requestTimeoutMs) => {
    expect(() => new SqsDeadLetterQueue({ queueUrl: QUEUE_URL, client, requestTimeoutMs })).toThrow(
      expect.objectContaining({
        code: 'INVALID_PUBLISHER',
        message: `The request timeout is out of range [requestTimeoutMs=${requestTimeoutMs}]. Give 1 to 20000 milliseconds`,
      }),
    );
  });
});

function answer(httpStatusCode: number) {
  return { message: 'why', $metadata: { httpStatusCode } };
}

/** The part of the SDK's client by which messages are sent. */
function clientThat(
  respond: (input: SendMessageCommandInput, abort: AbortSignal) => Promise<unknown>,
): Pick<SQSClient, 'send'> {
  const send = (command: { input: SendMessageCommandInput }, options: { abortSignal: AbortSignal }) =>
    respond(command.input, options.abortSignal);
  return { send } as unknown as Pick<SQSClient, 'send'>;
}
