import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { EventTopic } from '../../../../src/client/event-topic.ts';
import { type Deferred, deferred, settled } from '../../../support/deferred.ts';
import { FakeTemporal } from '../../../support/fake-temporal.ts';
import { Customer, customerMessage } from '../../../support/messages.ts';

/** A topic whose signals wait for the test to answer them. */
class HeldTopic {
  readonly temporal = new FakeTemporal();
  readonly topic = new EventTopic(Customer, { client: this.temporal.client });
  readonly #answers: Deferred<void>[] = [];

  constructor() {
    this.temporal.answer = () => {
      const answer = deferred();
      this.#answers.push(answer);
      return answer.promise;
    };
  }

  /** Temporal accepts the oldest signal that has no answer yet. */
  async accept(): Promise<void> {
    await settled();
    this.#answers.shift()?.resolve();
    await settled();
  }

  /** Temporal fails it. */
  async fail(error: Error): Promise<void> {
    await settled();
    this.#answers.shift()?.reject(error);
    await settled();
  }
}

it('a call that is given up before it begins sends nothing and throws the reason', async () => {
  const { temporal, topic } = new HeldTopic();
  const reason = new Error('shutting down');

  await expect(topic.publish([customerMessage(1)], { signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
  await settled();
  expect(temporal.sent).toEqual([]);
});

it('a call that is given up before it begins throws the reason even when its messages are faulty', async () => {
  const { topic } = new HeldTopic();
  const call = topic.publish([customerMessage(1, { id: '' })], { signal: AbortSignal.abort() });

  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});

it('a call that is given up while it waits is not sent and says so; the calls behind it go on', async () => {
  const held = new HeldTopic();
  const caller = new AbortController();
  const reason = new Error('shutting down');
  const first = held.topic.publish([customerMessage(1)]);
  const second = held.topic.publish([customerMessage(2), customerMessage(3)], { signal: caller.signal });
  const third = held.topic.publish([customerMessage(4)]);
  const refused = expect(second).rejects.toMatchObject({
    code: 'PUBLISH_NOT_ACCEPTED',
    message: expect.stringContaining('Temporal did not accept all messages: shutting down [topic=Customer'),
    accepted: [],
    notAccepted: [
      { id: 'C-1', msgId: 'm-2' },
      { id: 'C-1', msgId: 'm-3' },
    ],
    cause: reason,
  });
  await settled();
  caller.abort(reason);
  await held.accept();
  await held.accept();

  await refused;
  await Promise.all([first, third]);
  expect(held.temporal.sentMsgIds).toEqual([['m-1'], ['m-4']]);
});

it('the messages of a call that is given up are accepted where they were in flight, and not where they waited', async () => {
  const held = new HeldTopic();
  const caller = new AbortController();
  const before = held.topic.publish([customerMessage(1, { id: 'C-1' })]);
  const messages = [customerMessage(2, { id: 'C-1' }), customerMessage(3, { id: 'C-2' })];
  const call = held.topic.publish(messages, { signal: caller.signal });
  const refused = expect(call).rejects.toMatchObject({
    accepted: [{ id: 'C-2', msgId: 'm-3' }],
    notAccepted: [{ id: 'C-1', msgId: 'm-2' }],
  });
  await settled();
  caller.abort();
  await held.accept();
  await held.accept();

  await Promise.all([refused, before]);
});

it('a call that is given up in flight has the outcome that comes: accepted', async () => {
  const held = new HeldTopic();
  const caller = new AbortController();
  const call = held.topic.publish([customerMessage(1)], { signal: caller.signal });
  await settled();
  caller.abort();
  await held.accept();

  await expect(call).resolves.toBeUndefined();
});

it('a call that is given up in flight has the outcome that comes: not accepted', async () => {
  const held = new HeldTopic();
  const caller = new AbortController();
  const call = held.topic.publish([customerMessage(1)], { signal: caller.signal });
  const unavailable = new Error('14 UNAVAILABLE');
  const refused = expect(call).rejects.toMatchObject({ code: 'PUBLISH_NOT_ACCEPTED', cause: unavailable });
  await settled();
  caller.abort();
  await held.fail(unavailable);

  await refused;
});

it('a call that was given up may be made again', async () => {
  const held = new HeldTopic();
  const first = held.topic.publish([customerMessage(1)]);
  const given = held.topic.publish([customerMessage(2)], { signal: AbortSignal.timeout(0) });
  const refused = expect(given).rejects.toMatchObject({ cause: { name: 'TimeoutError' } });
  await sleep(20);
  await held.accept();
  await Promise.all([first, refused]);
  const again = held.topic.publish([customerMessage(2)]);
  await held.accept();
  await again;

  expect(held.temporal.sentMsgIds).toEqual([['m-1'], ['m-2']]);
});
