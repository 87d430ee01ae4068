import { expect } from 'vitest';
import type { SetScenario } from '../scenario.ts';
import { Customer, expectIdle } from './expectations.ts';
import { numbered } from './messages.ts';

export const paused: SetScenario = async (stage) => {
  const topic = stage.topic(Customer);
  await stage.startWorker();
  await topic.publish(numbered('C-1', 1, 1), { waitFor: 'published' });
  await topic.pause('C-1', { actor: 'grace', reason: 'its read model is being rebuilt' });
  await topic.publish(numbered('C-1', 2, 3));
  return {
    world: {},
    async healthy() {
      await expectIdle(topic, { 'C-1': 3 });
      expect(await stage.received(3)).toEqual(['C-1/1', 'C-1/2', 'C-1/3']);
    },
  };
};
