import { describe, expect, it } from 'vitest';
import { MemoryInbox, RefusedEvent } from '../../../src/collector/index.ts';
import { createSqsEventHandler, type SqsRecord } from '../../../src/collector/lambda/index.ts';
import { isEventTopicError } from '../../../src/common/errors.ts';
import type { EventMessage } from '../../../src/common/message.ts';
import { CapturedLog } from '../../support/collector-log.ts';
import { Customer, customerMessage } from '../../support/messages.ts';

const ARN = 'arn:aws:sqs:eu-west-1:123456789012:CustomerReadModelEventCollector.fifo';
const plenty = { getRemainingTimeInMillis: () => 60_000 };

describe('a Lambda function that reads a queue', () => {
  it('handles a batch: each aggregate in order, several at the same time', async () => {
    const { handler, seen } = start();
    const records = ['A-1', 'B-1', 'A-2', 'A-3', 'B-2'].map(toRecord);
    expect(await handler({ Records: records }, plenty)).toEqual({ batchItemFailures: [] });
    expect(seen.filter((id) => id.startsWith('A'))).toEqual(['A-1', 'A-2', 'A-3']);
    expect(seen.filter((id) => id.startsWith('B'))).toEqual(['B-1', 'B-2']);
    expect(seen.slice(0, 2)).toEqual(['A-1', 'B-1']);
  });

  it('reports an aggregate from its first failure on, and no other', async () => {
    const { handler, seen, log } = start({ fails: (id) => id === 'A-2' });
    const records = ['A-1', 'B-1', 'A-2', 'A-3', 'B-2'].map(toRecord);
    expect(await handler({ Records: records }, plenty)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'sqs-A-2' }, { itemIdentifier: 'sqs-A-3' }],
    });
    expect([...seen].sort()).toEqual(['A-1', 'B-1', 'B-2']);
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        facts: { collector: 'CustomerReadModelEventCollector', group: 'A', reason: 'it fails' },
      },
    ]);
  });

  it('begins nothing that the time of the function may not be enough for', async () => {
    let left = 10_000;
    const { handler, seen } = start({ during: () => (left -= 3_000) });
    const records = ['A-1', 'A-2', 'A-3', 'A-4'].map(toRecord);
    const { batchItemFailures } = await handler(
      { Records: records },
      { getRemainingTimeInMillis: () => left },
    );
    // Half of the 9 s that are left after the margin: begun at 9 and 6 s, not at 3.
    expect(seen).toEqual(['A-1', 'A-2']);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'sqs-A-3' }, { itemIdentifier: 'sqs-A-4' }]);
  });

  it('gives a handler up before the function is', async () => {
    const { handler, log } = start({ during: () => new Promise(() => {}) });
    const context = { getRemainingTimeInMillis: () => 1_200 };
    expect(await handler({ Records: [toRecord('A-1')] }, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'sqs-A-1' }],
    });
    expect(log.lines[0]?.facts['reason']).toBe('the handler did not end within 200 ms');
  });

  it('handles an event once that comes twice, with an inbox', async () => {
    const { handler, seen } = start({ inbox: new MemoryInbox() });
    await handler({ Records: [toRecord('A-1')] }, plenty);
    await handler({ Records: [toRecord('A-1'), toRecord('A-2')] }, plenty);
    expect(seen).toEqual(['A-1', 'A-2']);
  });

  it('lets a refused event come again, or sends it to the dead-letter queue and goes on', async () => {
    const refuses = (id: string): boolean => id === 'A-1';
    const records = ['A-1', 'A-2'].map(toRecord);
    const parking = start({ refuses });
    expect((await parking.handler({ Records: records }, plenty)).batchItemFailures).toHaveLength(2);
    expect(parking.log.lines).toMatchObject([{ level: 'error', facts: { code: 'REFUSED_BY_HANDLER' } }]);

    const sent: unknown[] = [];
    const client = { send: async ({ input }: { input: unknown }) => void sent.push(input) };
    const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/1/dead.fifo';
    const { handler, seen } = start({ refuses, deadLetter: { queueUrl, client: client as never } });
    expect(await handler({ Records: records }, plenty)).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual(['A-2']);
    expect(sent).toMatchObject([
      {
        QueueUrl: queueUrl,
        MessageGroupId: 'A',
        MessageDeduplicationId: 'sqs-A-1',
        MessageAttributes: { refusedCode: { StringValue: 'REFUSED_BY_HANDLER' } },
      },
    ]);
  });

  it('takes nothing from a queue that is not FIFO: the batch comes again', async () => {
    const record = { ...toRecord('A-1'), eventSourceARN: ARN.replace('.fifo', '') };
    const error = await start()
      .handler({ Records: [record] }, plenty)
      .catch((thrown: unknown) => thrown);
    expect(isEventTopicError(error, 'INVALID_COLLECTOR')).toBe(true);
  });

  it.each([undefined, {}, { Records: [null] }])(
    'says what it was called with instead of an event: %j',
    async (event) => {
      const error = await start()
        .handler(event as never, plenty)
        .catch((thrown: unknown) => thrown);
      expect(isEventTopicError(error, 'INVALID_ARGUMENT')).toBe(true);
    },
  );

  it('has nothing to do for an empty batch', async () => {
    expect(await start().handler({ Records: [] }, plenty)).toEqual({ batchItemFailures: [] });
  });
});

interface Story {
  readonly fails?: (msgId: string) => boolean;
  readonly refuses?: (msgId: string) => boolean;
  readonly during?: () => unknown;
  readonly inbox?: MemoryInbox;
  readonly deadLetter?: { readonly queueUrl: string; readonly client: never };
}

function start({ fails, refuses, during, ...options }: Story = {}) {
  const seen: string[] = [];
  const log = new CapturedLog();
  const handle = async ({ meta }: EventMessage): Promise<void> => {
    if (fails?.(meta.msgId)) throw new Error('it fails');
    if (refuses?.(meta.msgId)) throw new RefusedEvent('never');
    seen.push(meta.msgId);
    await during?.();
  };
  return {
    handler: createSqsEventHandler({ topics: [Customer], handle, logger: log, ...options }),
    seen,
    log,
  };
}

function toRecord(msgId: string): SqsRecord {
  const id = msgId.slice(0, 1);
  return {
    messageId: `sqs-${msgId}`,
    body: JSON.stringify(customerMessage(1, { id, msgId })),
    attributes: { MessageGroupId: id, ApproximateReceiveCount: '1' },
    messageAttributes: { aggregate: { stringValue: 'Customer' } },
    eventSourceARN: ARN,
  };
}
