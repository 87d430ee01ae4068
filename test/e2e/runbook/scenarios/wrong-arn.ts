import { expect } from 'vitest';
import type { SetScenario } from '../scenario.ts';
import { Customer, expectIdle, untilRetrying } from './expectations.ts';
import { numbered } from './messages.ts';

/** The worker has the ARN of a topic that is not there, and so has who looks for the fault. */
export const wrongArn: SetScenario = async (stage) => {
  const topic = stage.topic(Customer);
  const wrong = stage.topicArn.replace('Customer', 'Costumer');
  stage.env = { ...stage.env, EVENT_TOPICS: JSON.stringify({ Customer: wrong }) };
  const stopWorker = await stage.startWorker({}, wrong);
  await topic.publish(numbered('C-1', 1, 3));
  await untilRetrying(topic, 'C-1');
  return {
    world: {
      'the worker is stopped': stopWorker,
      'it has begun': () => expectIdle(topic, { 'C-1': 3 }),
    },
    async healthy() {
      await expectIdle(topic, { 'C-1': 3 });
      expect(await stage.received(3)).toEqual(['C-1/1', 'C-1/2', 'C-1/3']);
    },
  };
};
