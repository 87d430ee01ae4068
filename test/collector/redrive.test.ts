import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, vi } from 'vitest';
import { EventCollector, RefusedEvent } from '../../src/collector/index.ts';
import {
  type DeadLetter,
  type RedriveOptions,
  type RedriveProgress,
  redrive,
} from '../../src/collector/tools/index.ts';
import { messageGroupId } from '../../src/common/ids.ts';
import { CapturedLog } from '../support/collector-log.ts';
import { Customer, customerMessage } from '../support/messages.ts';
import { type Subscribed, useCollectorRig } from './collector-rig.ts';

const context = useCollectorRig();
const IDS = ['A', 'B', 'C'];
const NUMBERS = [1, 2, 3, 4, 5];

describe('a redrive', () => {
  it('sends the letters of each aggregate in order, as they were before they were refused', async () => {
    const queue = context.rig.subscribe();
    for (const number of NUMBERS) for (const id of IDS) await letter(queue, id, number);
    const progress: RedriveProgress[] = [];
    const result = await redrive({ ...common(queue), onProgress: (one) => void progress.push(one) });

    expect(result).toEqual({ ended: 'empty', redriven: 15, stopped: [], skipped: 0, planned: [], left: 0 });
    expect(progress.map(({ redriven }) => redriven)).toEqual(
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
    const received = await receiveAll(queue.queueUrl);
    for (const id of IDS) expect(bodiesOf(received, id)).toEqual(NUMBERS.map((number) => `${id}-${number}`));
    expect(received[0]?.attributes).toEqual({
      position: { DataType: 'Number', StringValue: '7' },
      aggregate: { DataType: 'String', StringValue: 'Customer' },
    });
  });

  it('stops an aggregate at its first letter that does not arrive, and goes on with the others', async () => {
    const queue = context.rig.subscribe();
    for (const number of NUMBERS) for (const id of IDS) await letter(queue, id, number);
    const sqs = failingAt(SendMessageCommand, ({ MessageBody }) => MessageBody === 'B-3');
    const result = await redrive({ ...common(queue), sqs });

    expect(result).toMatchObject({ ended: 'empty', redriven: 12, skipped: 0, left: 3 });
    expect(result.stopped).toEqual([
      { group: 'B', messageId: expect.any(String), reason: 'no SendMessageCommand' },
    ]);
    const received = await receiveAll(queue.queueUrl);
    expect(bodiesOf(received, 'B')).toEqual(['B-1', 'B-2']);
    expect(bodiesOf(received, 'C')).toEqual(NUMBERS.map((number) => `C-${number}`));

    // What is left is not hidden any more.
    expect(await context.rig.depth(queue.deadLetterQueueUrl)).toEqual({ visible: 3, lent: 0 });
    expect(await redrive(common(queue))).toMatchObject({ redriven: 3, stopped: [], left: 0 });
    expect(bodiesOf(await receiveAll(queue.queueUrl), 'B')).toEqual(['B-3', 'B-4', 'B-5']);
  });

  it('sends nothing twice when it is repeated after SQS did not delete', async () => {
    const queue = context.rig.subscribe();
    for (const number of [1, 2, 3]) for (const id of ['A', 'B']) await letter(queue, id, number);
    const sqs = failingAt(DeleteMessageBatchCommand, () => true);
    const undeleted = await redrive({ ...common(queue), sqs });
    expect(undeleted).toMatchObject({ redriven: 0, left: 6 });
    expect(undeleted.stopped.map(({ group, reason }) => `${group}: ${reason}`).sort()).toEqual(
      ['A', 'B'].map(
        (id) =>
          `${id}: it arrived, but is still in the dead-letter queue: no DeleteMessageBatchCommand; redriven within five minutes, SQS drops it`,
      ),
    );
    await expectRest(queue, []);
  });

  it('sends nothing twice when it is repeated after a crash between sending and deleting', async () => {
    const queue = context.rig.subscribe();
    for (const number of [1, 2, 3]) for (const id of ['A', 'B']) await letter(queue, id, number);
    let isDead = false;
    const sqs = wrapped((command) => {
      // What is killed does not give back either; its letters come again after a minute, here after a second.
      if (command instanceof ReceiveMessageCommand) Object.assign(command.input, { VisibilityTimeout: 1 });
      isDead ||= command instanceof DeleteMessageBatchCommand;
      if (isDead) throw new Error('killed');
    });
    await expect(redrive({ ...common(queue), sqs })).rejects.toThrow('killed');
    expect(await context.rig.depth(queue.deadLetterQueueUrl)).toMatchObject({ lent: 2 });
    const { visible } = await context.rig.depth(queue.queueUrl);
    await expectRest(
      queue,
      (await receiveAll(queue.queueUrl)).map(({ body }) => body),
    );
    expect(visible).toBeGreaterThan(0);
  });

  it('redrives again what died again', async () => {
    const queue = context.rig.subscribe();
    await letter(queue, 'A', 1);
    for (const _ of [1, 2]) {
      expect(await redrive(common(queue))).toMatchObject({ redriven: 1, left: 0 });
      expect(bodiesOf(await receiveAll(queue.queueUrl), 'A')).toEqual(['A-1']);
      await letter(queue, 'A', 1);
    }
  });

  it('does not begin a letter before the one ahead of it is deleted', async () => {
    const queue = context.rig.subscribe();
    for (const number of [1, 2, 3]) await letter(queue, 'A', number);
    const order: string[] = [];
    const sqs = wrapped((command) => {
      if (command instanceof SendMessageCommand) order.push(`send ${command.input.MessageBody}`);
      if (command instanceof DeleteMessageBatchCommand) order.push('delete');
    });
    await redrive({ ...common(queue), sqs });
    expect(order).toEqual(['send A-1', 'delete', 'send A-2', 'delete', 'send A-3', 'delete']);
  });

  it('works also when SQS gives several letters of an aggregate at once, in whatever order', async () => {
    const queue = context.rig.subscribe();
    const letters = [3, 1, 2].map((number) => ({
      MessageId: `m-${number}`,
      ReceiptHandle: String(number),
      Body: `A-${number}`,
      Attributes: {
        MessageGroupId: 'A',
        SequenceNumber: `1889${number}0000000000000000`,
        SentTimestamp: '1',
      },
    }));
    const order: string[] = [];
    const answers = [{ Messages: letters }, {}];
    const sqs = {
      send: async (command: object) => {
        if (command instanceof ReceiveMessageCommand) return answers.shift();
        if (command instanceof DeleteMessageBatchCommand) {
          await sleep(20);
          order.push(`delete ${command.input.Entries?.map(({ ReceiptHandle }) => ReceiptHandle)}`);
        }
        if (command instanceof ChangeMessageVisibilityBatchCommand)
          order.push(`give back ${command.input.Entries?.map(({ ReceiptHandle }) => ReceiptHandle)}`);
        return {};
      },
    } as unknown as SQSClient;
    const handle = ({ body }: DeadLetter): void => {
      if (body === 'A-2') throw new Error('not now');
      order.push(body);
    };
    const result = await redrive({ ...common(queue), sqs, to: { handle } });
    expect(result).toMatchObject({ redriven: 1, stopped: [{ messageId: 'm-2', reason: 'not now' }] });
    expect(order).toEqual(['A-1', 'delete 1', 'give back 2,3']);
  });

  it('changes nothing as a dry run, and lists what it would redrive', async () => {
    const queue = context.rig.subscribe();
    for (const number of [1, 2]) for (const id of IDS) await letter(queue, id, number);
    const sqs = failingAt(SendMessageCommand, () => true);
    const result = await redrive({ ...common(queue), sqs, dryRun: true, ids: ['A', 'B'] });
    expect(result).toMatchObject({ ended: 'empty', redriven: 0, stopped: [], skipped: 1, left: 6 });
    // The emulator shows the first letter of an aggregate only.
    const planned = [...result.planned].sort((one, other) => one.group.localeCompare(other.group));
    const refusal = { code: 'INVALID_EVENT', reason: 'event: wrong' };
    expect(planned).toEqual(
      ['A', 'B'].map((group) => ({
        group,
        messageId: expect.any(String),
        sequenceNumber: expect.stringMatching(/^\d+$/),
        refusal,
      })),
    );
    expect(await context.rig.depth(queue.deadLetterQueueUrl)).toEqual({ visible: 6, lent: 0 });
    expect(await context.rig.depth(queue.queueUrl)).toEqual({ visible: 0, lent: 0 });
  });

  it('takes the aggregates, letters and number of letters that it is asked for', async () => {
    const queue = context.rig.subscribe();
    const long = 'an id that no group can have: '.repeat(8);
    for (const number of NUMBERS) for (const id of ['A', 'B', 'C', long]) await letter(queue, id, number);
    const filter = ({ body, refusal }: DeadLetter): boolean =>
      body !== 'A-3' && refusal?.code === 'INVALID_EVENT';
    const first = await redrive({ ...common(queue), ids: ['A', long], filter });
    expect(first).toMatchObject({ ended: 'empty', redriven: 7, skipped: 3, left: 13 });
    expect((await receiveAll(queue.queueUrl)).map(({ body }) => body).sort()).toEqual(
      ['A-1', 'A-2', ...NUMBERS.map((number) => `${long}-${number}`)].sort(),
    );
    const second = await redrive({ ...common(queue), limit: 4 });
    expect(second).toMatchObject({ ended: 'limit', redriven: 4, left: 9 });
    expect(await context.rig.depth(queue.deadLetterQueueUrl)).toEqual({ visible: 9, lent: 0 });
  });

  it('hands letters to a function instead, with why they died', async () => {
    const queue = context.rig.subscribe();
    await letter(queue, 'A', 1);
    const seen: DeadLetter[] = [];
    const result = await redrive({ ...common(queue), to: { handle: async (one) => void seen.push(one) } });
    expect(result).toMatchObject({ redriven: 1, left: 0 });
    expect(seen).toEqual([
      {
        body: 'A-1',
        group: 'A',
        messageId: expect.any(String),
        attributes: { position: '7', aggregate: 'Customer' },
        sequenceNumber: expect.any(String),
        sentAt: expect.any(Number),
        deadSince: expect.any(Number),
        refusal: { code: 'INVALID_EVENT', reason: 'event: wrong' },
      },
    ]);
  });

  it('keeps to its rate, and ends when its signal aborts, with the rest given back', async () => {
    const queue = context.rig.subscribe();
    for (const number of NUMBERS) for (const id of IDS) await letter(queue, id, number);
    const stopping = new AbortController();
    const began = performance.now();
    const onProgress = ({ redriven }: RedriveProgress): void => {
      if (redriven === 4) stopping.abort();
    };
    const result = await redrive({ ...common(queue), rate: 5, signal: stopping.signal, onProgress });
    expect(performance.now() - began).toBeGreaterThan(550);
    expect(result).toMatchObject({ ended: 'aborted', redriven: 4, left: 11 });
    expect(await context.rig.depth(queue.deadLetterQueueUrl)).toEqual({ visible: 11, lent: 0 });
  });

  it('stops an aggregate whose letter comes back while it runs', async () => {
    const queue = context.rig.subscribe();
    await queue.publish('Customer', customerMessage(1, { id: 'A' }), 'NameChanged');
    const collector = new EventCollector({
      queueUrl: queue.queueUrl,
      deadLetterQueueUrl: queue.deadLetterQueueUrl,
      client: context.rig.sqs,
      topics: [Customer],
      onRefused: 'deadLetter',
      waitSeconds: 1,
      logger: new CapturedLog(),
      handle: async () => {
        throw new RefusedEvent('no such customer');
      },
    });
    await collector.start();
    await vi.waitFor(
      async () => expect(await context.rig.depth(queue.deadLetterQueueUrl)).toMatchObject({ visible: 1 }),
      5_000,
    );
    const result = await redrive(common(queue));
    await collector.stop();
    const reason = 'it came back into the dead-letter queue: REFUSED_BY_HANDLER, no such customer';
    expect(result).toMatchObject({ redriven: 1, stopped: [{ group: 'A', reason }], left: 1 });
  });

  it('gives back what it holds when a callback throws, or SQS does not answer', async () => {
    const queue = context.rig.subscribe();
    for (const id of IDS) await letter(queue, id, 1);
    const filter = (): boolean => {
      throw new Error('a wrong filter');
    };
    await expect(redrive({ ...common(queue), filter })).rejects.toThrow('a wrong filter');
    expect(await context.rig.depth(queue.deadLetterQueueUrl)).toEqual({ visible: 3, lent: 0 });
    const sqs = failingAt(ReceiveMessageCommand, () => true);
    await expect(redrive({ ...common(queue), sqs })).rejects.toThrow(
      /The dead-letter queue cannot be received from: no ReceiveMessageCommand .*Redrive again/,
    );
  });

  it('refuses wrong options all at once, and a queue that is not there', async () => {
    await expect(redrive(undefined as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const wrong = {
      deadLetterQueueUrl: 'http://localhost/dead',
      to: { queueUrl: 'queue', handle: 1 },
      sqs: {},
      ids: 'A',
      filter: 1,
      limit: 0,
      dryRun: 'yes',
      rate: 0.5,
      onProgres: 1,
    };
    const refusal = await redrive(wrong as never).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'INVALID_COLLECTOR' });
    for (const fault of [
      'onProgres is no option; did you mean onProgress?',
      'deadLetterQueueUrl is the URL of an SQS FIFO queue, which ends in .fifo, not a text',
      'to has queueUrl and handle; give one of them',
      'to.handle is a function, not the number 1',
      'sqs is an SQSClient, not an object',
      'ids is a list of texts, not a text',
      'filter is a function, not the number 1',
      'limit is a whole number from 1 to 1000000, not the number 0',
      'dryRun is true or false, not a text',
      'rate is a whole number from 1 to 3000, not the number 0.5',
    ])
      expect((refusal as Error).message).toContain(fault);
    const { queueUrl, deadLetterQueueUrl } = context.rig.subscribe();
    const to = { queueUrl: deadLetterQueueUrl };
    await expect(redrive({ sqs: context.rig.sqs, deadLetterQueueUrl, to })).rejects.toThrow(
      'to.queueUrl is the dead-letter queue itself',
    );
    const gone = deadLetterQueueUrl.replace('dead-', 'gone-');
    await expect(
      redrive({ sqs: context.rig.sqs, deadLetterQueueUrl: gone, to: { queueUrl } }),
    ).rejects.toMatchObject({ code: 'INVALID_COLLECTOR' });
  });
});

function common({ queueUrl, deadLetterQueueUrl }: Subscribed): RedriveOptions {
  return { sqs: context.rig.sqs, deadLetterQueueUrl, to: { queueUrl } };
}

/** Another redrive brings each of the letters 1 to 3 of A and B once, where `first` arrived before. */
async function expectRest(queue: Subscribed, first: readonly string[]): Promise<void> {
  const before = [...first, ...(await receiveAll(queue.queueUrl)).map(({ body }) => body)];
  expect(await redrive(common(queue))).toMatchObject({ redriven: 6, stopped: [], left: 0 });
  const after = await receiveAll(queue.queueUrl);
  for (const id of ['A', 'B'])
    expect([...before.filter((body) => body.startsWith(id)), ...bodiesOf(after, id)]).toEqual(
      [1, 2, 3].map((number) => `${id}-${number}`),
    );
}

let sent = 0;

/** As a collector puts it there; its body says which it is. */
async function letter({ deadLetterQueueUrl }: Subscribed, id: string, number: number): Promise<void> {
  sent += 1;
  await context.rig.sqs.send(
    new SendMessageCommand({
      QueueUrl: deadLetterQueueUrl,
      MessageBody: `${id}-${number}`,
      MessageAttributes: {
        position: { DataType: 'Number', StringValue: '7' },
        aggregate: { DataType: 'String', StringValue: 'Customer' },
        refusedCode: { DataType: 'String', StringValue: 'INVALID_EVENT' },
        refusedReason: { DataType: 'String', StringValue: 'event: wrong' },
      },
      MessageGroupId: messageGroupId(id),
      MessageDeduplicationId: `letter-${sent}`,
    }),
  );
}

interface Received {
  readonly body: string;
  readonly attributes: unknown;
}

/** Everything in a queue, which is then empty. */
async function receiveAll(queueUrl: string): Promise<readonly Received[]> {
  const received: Received[] = [];
  for (;;) {
    const { Messages = [] } = await context.rig.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return received;
    for (const { Body = '', MessageAttributes, ReceiptHandle } of Messages) {
      received.push({ body: Body, attributes: MessageAttributes });
      await context.rig.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    }
  }
}

function bodiesOf(received: readonly Received[], id: string): readonly string[] {
  return received.map(({ body }) => body).filter((body) => body.startsWith(`${id}-`));
}

/** A client that calls back before each request; what that throws, the request rejects with. */
function wrapped(before: (command: object) => void): SQSClient {
  const { sqs } = context.rig;
  const send = async (command: never, ...rest: never[]): Promise<unknown> => {
    before(command);
    return await sqs.send(command, ...rest);
  };
  return new Proxy(sqs, { get: (target, key) => (key === 'send' ? send : Reflect.get(target, key)) });
}

function failingAt<Input extends object>(
  command: new (input: Input) => { readonly input: Input },
  isTo: (input: Input) => boolean,
): SQSClient {
  return wrapped((given) => {
    if (given instanceof command && isTo(given.input)) throw new Error(`no ${command.name}`);
  });
}
