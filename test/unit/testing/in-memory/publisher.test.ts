import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../../../src/activities/publishers/in-memory-publisher.ts';
import { customerEntries, customerEntry } from '../../../support/messages.ts';

const publish = (publisher: InMemoryPublisher, ...numbers: number[]) =>
  publisher.publish(
    'Customer',
    numbers.map((number) => customerEntry(number)),
  );

describe('the spy of an in-memory publisher', () => {
  it('resolves with a message when it is published, before or after the call', async () => {
    const publisher = new InMemoryPublisher();
    const waiting = publisher.spy.published('m-2');
    await publish(publisher, 1, 2);
    expect(await waiting).toEqual(customerEntry(2).message);
    expect(await publisher.spy.published('m-1')).toEqual(customerEntry(1).message);
  });

  it('resolves with all messages when there are as many as wanted', async () => {
    const publisher = new InMemoryPublisher();
    const waiting = publisher.spy.count(3);
    await publish(publisher, 1, 2);
    await publish(publisher, 2);
    await publish(publisher, 3);
    expect(await waiting).toEqual(customerEntries(1, 3).map(({ message }) => message));
    expect(await publisher.spy.count(0)).toHaveLength(3);
  });

  it('keeps to the first content of a repeated msgId, as the publisher does', async () => {
    const publisher = new InMemoryPublisher();
    await publish(publisher, 1);
    await publisher.publish('Customer', [customerEntry(2, { msgId: 'm-1' })]);
    expect(await publisher.spy.published('m-1')).toEqual(customerEntry(1).message);
    expect(publisher.messages).toEqual([customerEntry(1).message]);
  });

  it('tells refusals from other failures', async () => {
    const publisher = new InMemoryPublisher();
    publisher.startOutage({ code: 'Throttled', reason: 'Rate exceeded' });
    await publish(publisher, 1);
    publisher.endOutage();
    publisher.refuse('m-1', { code: 'InvalidParameter', reason: 'bad' });
    const refused = publisher.spy.refused('m-1');
    await publish(publisher, 1);
    expect(await refused).toEqual({ kind: 'event', code: 'InvalidParameter', reason: 'bad' });
    expect(await publisher.spy.failed('m-1')).toEqual({
      kind: 'retry',
      code: 'Throttled',
      reason: 'Rate exceeded',
    });
    publisher.cure('m-1');
    await publish(publisher, 1);
    expect(await publisher.spy.published('m-1')).toEqual(customerEntry(1).message);
  });

  it('says what has become of the message so far when the time is over', async () => {
    const publisher = new InMemoryPublisher();
    publisher.startOutage({ reason: 'still down' });
    await publish(publisher, 1);
    await publish(publisher, 1);
    await expect(publisher.spy.published('m-1', { timeout: 10 })).rejects.toMatchObject({
      code: 'PUBLISH_NOT_CONFIRMED',
      details: { msgId: 'm-1', waitedMs: 10, failures: 2, code: 'ServiceUnavailable', published: 0 },
      message: expect.stringContaining('It failed, the last time with: still down'),
    });
    await expect(publisher.spy.refused('m-9', { timeout: 10 })).rejects.toThrow(
      /^The message was not refused in time .*msgId=m-9.* See that the code under test published it/,
    );
    await expect(publisher.spy.count(2, { timeout: 10 })).rejects.toThrow(/^2 messages were not published/);
  });
});

describe('an in-memory publisher', () => {
  it('records every try, with its time', async () => {
    let now = 1_000;
    const publisher = new InMemoryPublisher({ now: async () => now });
    publisher.startOutage();
    await publish(publisher, 1);
    now = 2_000;
    publisher.endOutage();
    await publish(publisher, 1, 2);
    expect(publisher.spy.attempts).toEqual([
      { msgId: 'm-1', at: 1_000 },
      { msgId: 'm-1', at: 2_000 },
      { msgId: 'm-2', at: 2_000 },
    ]);
  });

  it('fails as its script says, which knows message and attempt', async () => {
    const publisher = new InMemoryPublisher({
      script: ({ id, meta }, { msgId }) =>
        meta.msgId === msgId && msgId === 'm-2' ? { kind: 'event', code: id, reason: 'script' } : undefined,
    });
    const results = await publish(publisher, 1, 2, 3);
    expect(results.map((result) => result.ok || result.failure.code)).toEqual([true, 'C-1', true]);
    expect(publisher.messages.map(({ meta }) => meta.msgId)).toEqual(['m-1', 'm-3']);
  });

  it('gives up a script that never answers when its signal is aborted', async () => {
    const publisher = new InMemoryPublisher({ script: () => new Promise(() => undefined) });
    const stop = new AbortController();
    const results = publisher.publish('Customer', customerEntries(1, 2), stop.signal);
    stop.abort();
    expect(await results).toMatchObject([
      { ok: false, failure: { kind: 'retry', code: 'AbortError' } },
      { ok: false, failure: { kind: 'retry', code: 'AbortError' } },
    ]);
    expect(publisher.messages).toEqual([]);
  });
});
