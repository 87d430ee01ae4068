import { expect } from 'vitest';
import type { SetScenario } from '../scenario.ts';
import { Customer, expectIdle } from './expectations.ts';
import { numbered } from './messages.ts';

export const noWorker: SetScenario = async (stage) => {
  const topic = stage.topic(Customer);
  await topic.publish(numbered('C-1', 1, 3));
  return {
    world: { 'it has begun': () => expectIdle(topic, { 'C-1': 3 }) },
    async healthy() {
      await expectIdle(topic, { 'C-1': 3 });
      expect(await stage.received(3)).toEqual(['C-1/1', 'C-1/2', 'C-1/3']);
    },
  };
};
