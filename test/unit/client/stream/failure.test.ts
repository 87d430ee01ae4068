import { expect, it } from 'vitest';
import { EventTopic } from '../../../../src/client/event-topic.ts';
import { publishStream } from '../../../../src/client/stream/publish-stream.ts';
import { isEventTopicError, PublishError } from '../../../../src/common/errors.ts';
import { type Deferred, deferred, settled } from '../../../support/deferred.ts';
import { FakeTemporal } from '../../../support/fake-temporal.ts';
import { Customer, customerMessage } from '../../../support/messages.ts';
import { HeldTarget } from './held-target.ts';
import { LiveSource } from './live-source.ts';

const unavailable = new Error('Failed to signal', { cause: new Error('14 UNAVAILABLE: no connection') });

it('the error says how many messages from the start are all accepted, where to go on, and why', async () => {
  const target = new HeldTarget();
  const source = ['A', 'B', 'C', 'D'].map((id, number) => customerMessage(number, { id }));
  const error = publishStream(target, source).catch((reason: unknown) => reason);
  await target.accept(0, 1, 3);
  await target.fail(2, unavailable);

  expect(await error).toMatchObject({
    name: 'PublishStreamError',
    code: 'STREAM_INTERRUPTED',
    accepted: 2,
    details: { topic: 'Customer', accepted: 2, id: 'C', msgId: 'm-2' },
    cause: unavailable,
    message:
      'The stream ended at message #2: 14 UNAVAILABLE: no connection' +
      ' [topic=Customer accepted=2 id=C msgId=m-2].' +
      ' Publish the source again from message #2; msgIds keep that safe',
  });
  expect(isEventTopicError(await error, 'STREAM_INTERRUPTED')).toBe(true);
});

it('after the first failure no further call is made; those in flight still count', async () => {
  const target = new HeldTarget();
  const source = new LiveSource().give(
    customerMessage(1, { id: 'A' }),
    customerMessage(2, { id: 'B' }),
    customerMessage(3, { id: 'C' }),
  );
  const refused = expect(publishStream(target, source)).rejects.toMatchObject({
    accepted: 1,
    cause: unavailable,
  });
  await settled();
  source.give(customerMessage(4, { id: 'A' }), customerMessage(5, { id: 'B' }));
  await target.fail(1, unavailable);
  source.give(customerMessage(6, { id: 'D' }));
  await target.accept(0);
  await target.accept(2);
  await refused;
  await settled();

  expect(target.sent).toEqual([['m-1'], ['m-2'], ['m-3']]);
  expect(source.returned).toBe(1);
});

it('the error waits for the calls in flight, and the first reason counts', async () => {
  const target = new HeldTarget();
  let isOver = false;
  const source = ['A', 'B'].map((id, number) => customerMessage(number, { id }));
  const error = publishStream(target, source)
    .catch((reason: unknown) => reason)
    .finally(() => {
      isOver = true;
    });
  await target.fail(1, unavailable);
  expect(isOver).toBe(false);
  await target.fail(0, new Error('another'));

  expect(await error).toMatchObject({ accepted: 0, cause: unavailable });
});

it('what a failed call did get accepted counts', async () => {
  const target = new HeldTarget();
  const source = [1, 2, 3].map((number) => customerMessage(number));
  const refs = source.map(({ id, meta }) => ({ id, msgId: meta.msgId }));
  const messages = { accepted: refs.slice(0, 2), notAccepted: refs.slice(2) };
  const failure = new PublishError({ topic: 'Customer', address: undefined }, messages, unavailable);
  const refused = expect(publishStream(target, source)).rejects.toMatchObject({
    accepted: 2,
    details: { msgId: 'm-3' },
    cause: failure,
  });
  await target.fail(0, failure);

  await refused;
});

it('a publish that throws at once is a failure too', async () => {
  const target = new HeldTarget();
  target.publish = () => {
    throw unavailable;
  };

  await expect(publishStream(target, [customerMessage(1)])).rejects.toMatchObject({
    accepted: 0,
    cause: unavailable,
  });
});

it('a later event of an aggregate cannot overtake one whose failure is not known yet', async () => {
  const temporal = new FakeTemporal();
  const answers: Deferred<void>[] = [];
  temporal.answer = () => {
    const answer = deferred();
    answers.push(answer);
    return answer.promise;
  };
  const topic = new EventTopic(Customer, { client: temporal.client });
  const target = Object.assign(new HeldTarget(), {
    publish: (messages: Parameters<typeof topic.publish>[0]) => topic.publish(messages),
  });
  const source = new LiveSource().give(customerMessage(1, { id: 'A' }), customerMessage(2, { id: 'B' }));
  const refused = expect(publishStream(target as HeldTarget, source)).rejects.toMatchObject({ accepted: 0 });
  await settled();
  answers[0]?.reject(unavailable);
  // The source yields in the very moment in which the failure is on its way to the stream.
  source.give(customerMessage(3, { id: 'A' }));
  await settled();
  answers[1]?.resolve();
  await refused;

  expect(temporal.sentMsgIds).toEqual([['m-1'], ['m-2']]);
});

it('may be published again from there', async () => {
  const target = new HeldTarget();
  const source = ['A', 'B', 'A', 'C'].map((id, number) => customerMessage(number, { id }));
  const error = publishStream(target, source).catch((reason: unknown) => reason);
  await target.accept(0);
  await target.fail(1, unavailable);
  await target.accept(2);
  const { accepted } = (await error) as { accepted: number };
  const again = publishStream(target, source.slice(accepted));
  await target.accept(3, 4, 5);

  expect(await again).toEqual({ accepted: 3 });
  expect(target.sent).toEqual([['m-0', 'm-2'], ['m-1'], ['m-3'], ['m-1'], ['m-2'], ['m-3']]);
});
