import {
  BatchRequestTooLongException,
  InvalidParameterException,
  ThrottledException,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { customerEntries, customerEntry } from '../../../support/messages.ts';
import { FakeSns, takesAll } from './fake-sns.ts';

const never = new AbortController().signal;
const entries = [1, 2, 3].map((number) => customerEntry(number, { id: `C-${number}` }));

describe('the answer of SNS', () => {
  it('becomes a receipt per event', async () => {
    const results = await new FakeSns(takesAll).publisher().publish('Customer', entries.slice(0, 2), never);

    expect(results).toEqual([
      { ok: true, receipt: { msgId: 'm-1', snsMessageId: 'sns-0', sequenceNumber: '10' } },
      { ok: true, receipt: { msgId: 'm-2', snsMessageId: 'sns-1', sequenceNumber: '11' } },
    ]);
  });

  it('may be in any order: results are in the order of the events', async () => {
    const sns = new FakeSns(() => ({
      Successful: [
        { Id: '2', MessageId: 'third', SequenceNumber: '3' },
        { Id: '0', MessageId: 'first', SequenceNumber: '1' },
      ],
      Failed: [{ Id: '1', Code: 'Throttled', Message: 'Rate exceeded', SenderFault: true }],
    }));

    expect(await sns.publisher().publish('Customer', entries, never)).toEqual([
      { ok: true, receipt: { msgId: 'm-1', snsMessageId: 'first', sequenceNumber: '1' } },
      { ok: false, failure: { kind: 'retry', code: 'Throttled', reason: 'Rate exceeded' } },
      { ok: true, receipt: { msgId: 'm-3', snsMessageId: 'third', sequenceNumber: '3' } },
    ]);
  });

  it('has no sequence number on a standard topic', async () => {
    const sns = new FakeSns(() => ({ Successful: [{ Id: '0', MessageId: 'sns-1' }] }));

    expect(await sns.publisher().publish('Customer', [customerEntry(1)], never)).toEqual([
      { ok: true, receipt: { msgId: 'm-1', snsMessageId: 'sns-1' } },
    ]);
  });

  it.each([{}, { Successful: [], Failed: [] }])(
    'that does not mention an event is no acknowledgement: %j',
    async (answer) => {
      expect(
        await new FakeSns(() => answer).publisher().publish('Customer', [customerEntry(1)], never),
      ).toEqual([
        {
          ok: false,
          failure: { kind: 'retry', code: 'NoResult', reason: 'SNS did not mention the entry' },
        },
      ]);
    },
  );

  it('classifies each failed event by its own code', async () => {
    const sns = new FakeSns(() => ({
      Failed: [
        { Id: '0', Code: 'InvalidParameter', Message: 'bad message', SenderFault: true },
        { Id: '1', Code: 'KMSThrottling', Message: 'slow', SenderFault: true },
        { Id: '2', Code: 'AuthorizationError', Message: 'no', SenderFault: true },
      ],
    }));

    expect(await sns.publisher().publish('Customer', entries, never)).toMatchObject([
      { failure: { kind: 'event' } },
      { failure: { kind: 'retry' } },
      { failure: { kind: 'configuration' } },
    ]);
  });
});

describe('a request that fails as a whole', () => {
  it('fails each event with the reason', async () => {
    const sns = new FakeSns(() => {
      throw new ThrottledException({ message: 'Rate exceeded', $metadata: { httpStatusCode: 429 } });
    });
    const throttled = { ok: false, failure: { kind: 'retry', code: 'Throttled', reason: 'Rate exceeded' } };

    expect(await sns.publisher().publish('Customer', entries, never)).toEqual([
      throttled,
      throttled,
      throttled,
    ]);
    expect(sns.requests).toHaveLength(1);
  });

  it('because of one event is repeated with each event alone, so that only that one fails', async () => {
    const sns = new FakeSns((request, abort) => {
      const bodies = (request.PublishBatchRequestEntries ?? []).map(({ Message }) => Message);
      if (!bodies.some((body) => body?.includes('"m-2"'))) return takesAll(request, abort);
      throw new InvalidParameterException({ message: 'bad message', $metadata: { httpStatusCode: 400 } });
    });

    expect(await sns.publisher().publish('Customer', entries, never)).toMatchObject([
      { ok: true, receipt: { msgId: 'm-1' } },
      { ok: false, failure: { kind: 'event', code: 'InvalidParameter', reason: 'bad message' } },
      { ok: true, receipt: { msgId: 'm-3' } },
    ]);
    expect(sns.requests.map((request) => request.PublishBatchRequestEntries?.length)).toEqual([3, 1, 1, 1]);
  });

  it('because it is too long together is repeated with each event alone', async () => {
    const sns = new FakeSns((request, abort) => {
      if (request.PublishBatchRequestEntries?.length === 1) return takesAll(request, abort);
      throw new BatchRequestTooLongException({ message: 'too long', $metadata: { httpStatusCode: 400 } });
    });

    expect(await sns.publisher().publish('Customer', entries, never)).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: true },
    ]);
  });

  it('because of a single event is not repeated', async () => {
    const sns = new FakeSns(() => {
      throw new InvalidParameterException({ message: 'bad message', $metadata: { httpStatusCode: 400 } });
    });

    expect(await sns.publisher().publish('Customer', customerEntries(1, 1), never)).toMatchObject([
      { ok: false, failure: { kind: 'event' } },
    ]);
    expect(sns.requests).toHaveLength(1);
  });
});

describe('a batch that SNS refuses as a whole, with several events of one aggregate', () => {
  it('is sent again event by event, one at a time, and not beyond the first that fails', async () => {
    const tooLong = new BatchRequestTooLongException({ message: 'too long', $metadata: {} });
    const invalid = new InvalidParameterException({ message: 'bad', $metadata: {} });
    let open = 0;
    let mostOpen = 0;
    const sns = new FakeSns(async ({ PublishBatchRequestEntries: batch = [] }) => {
      mostOpen = Math.max(mostOpen, ++open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      if (batch.length > 1) throw tooLong;
      if (batch[0]?.MessageDeduplicationId === 'm-2') throw invalid;
      return { Successful: [{ Id: '0', MessageId: 'sns', SequenceNumber: '1' }] };
    });
    const results = await sns.publisher().publish('Customer', customerEntries(1, 3), never);

    expect(mostOpen).toBe(1);
    expect(results.map(({ ok }) => ok)).toEqual([true, false, false]);
    expect(sns.requests.map(({ PublishBatchRequestEntries: batch }) => batch?.length)).toEqual([3, 1, 1]);
  });
});
