import { expect, it } from 'vitest';
import { EventTopic } from '../../../../src/client/event-topic.ts';
import { type Deferred, deferred, settled } from '../../../support/deferred.ts';
import { FakeTemporal } from '../../../support/fake-temporal.ts';
import { Customer, customerMessage } from '../../../support/messages.ts';

/** Temporal that answers a signal when the test says so, by the signal's index. */
function slowTemporal(): {
  readonly temporal: FakeTemporal;
  accept(index: number): Promise<void>;
} {
  const temporal = new FakeTemporal();
  const answers: Deferred<void>[] = [];
  temporal.answer = () => {
    const answer = deferred();
    answers.push(answer);
    return answer.promise;
  };
  const accept = async (index: number): Promise<void> => {
    await settled();
    answers[index]?.resolve();
    await settled();
  };
  return { temporal, accept };
}

it('concurrent calls for an aggregate keep their order: one signal in flight, the next calls together in one', async () => {
  const { temporal, accept } = slowTemporal();
  const topic = new EventTopic(Customer, { client: temporal.client });
  const calls = [1, 2, 3].map((number) => topic.publish([customerMessage(number)]));
  await settled();

  expect(temporal.sentMsgIds).toEqual([['m-1']]);
  await accept(0);
  await calls[0];
  expect(temporal.sentMsgIds).toEqual([['m-1'], ['m-2', 'm-3']]);
  await accept(1);
  await Promise.all(calls);
});

it('a call made while a later signal is in flight waits for that one', async () => {
  const { temporal, accept } = slowTemporal();
  const topic = new EventTopic(Customer, { client: temporal.client });
  const calls = [topic.publish([customerMessage(1)]), topic.publish([customerMessage(2)])];
  await accept(0);
  await calls[0];
  calls.push(topic.publish([customerMessage(3)]));
  await settled();

  expect(temporal.sentMsgIds).toEqual([['m-1'], ['m-2']]);
  await accept(1);
  await calls[1];
  expect(temporal.sentMsgIds).toEqual([['m-1'], ['m-2'], ['m-3']]);
  await accept(2);
  await Promise.all(calls);
});

it('aggregates do not wait for each other', async () => {
  const { temporal, accept } = slowTemporal();
  const topic = new EventTopic(Customer, { client: temporal.client });
  const slow = topic.publish([customerMessage(1, { id: 'C-1' })]);
  const fast = topic.publish([customerMessage(2, { id: 'C-2' })]);
  await accept(1);
  await fast;

  expect(temporal.sentMsgIds).toEqual([['m-1'], ['m-2']]);
  await accept(0);
  await slow;
});

it('the same aggregate id of another topic is another aggregate', async () => {
  const { temporal, accept } = slowTemporal();
  const client = temporal.client;
  const first = new EventTopic(Customer, { client }).publish([customerMessage(1)]);
  const second = new EventTopic({ ...Customer, name: 'Client' }, { client }).publish([customerMessage(1)]);
  await settled();

  expect(temporal.sent.map(({ workflowId }) => workflowId)).toEqual([
    'event-topic/Customer/C-1',
    'event-topic/Client/C-1',
  ]);
  await accept(0);
  await accept(1);
  await Promise.all([first, second]);
});

it('calls made one after the other, from the answers of earlier ones, keep their order too', async () => {
  const temporal = new FakeTemporal();
  temporal.answer = settled;
  const topic = new EventTopic(Customer, { client: temporal.client });
  const numbers = Array.from({ length: 20 }, (_, index) => index);
  await Promise.all(
    numbers.map(async (number) => {
      await topic.publish([customerMessage(number)]);
      await topic.publish([customerMessage(number + 100)]);
    }),
  );

  const msgIds = temporal.sentMsgIds.flat();
  expect(msgIds).toHaveLength(40);
  expect(msgIds.filter((msgId) => Number(msgId.slice(2)) < 100)).toEqual(numbers.map((n) => `m-${n}`));
  expect(msgIds.filter((msgId) => Number(msgId.slice(2)) >= 100)).toEqual(numbers.map((n) => `m-${n + 100}`));
});
