import { expect } from 'vitest';
import { MemoryInbox } from '../../../../src/collector/memory-inbox.ts';
import { RefusedEvent } from '../../../../src/collector/refusal.ts';
import { deadLetterQueueOf, QueueDepth } from '../queue.ts';
import type { SetScenario } from '../scenario.ts';
import { startCollector } from './collectors.ts';
import { expectIdle, PositionedCustomer, untilWell } from './expectations.ts';
import { inStream } from './messages.ts';

/** The collector has refused the second event; the third waits for it in the inbox. */
export const deadLetters: SetScenario = async (stage) => {
  const topic = stage.topic(PositionedCustomer);
  const deadLetterQueueUrl = await deadLetterQueueOf(stage.sqs, stage.queueUrl);
  const depth = new QueueDepth(stage.sqs, deadLetterQueueUrl);
  const handled: string[] = [];
  let isRepaired = false;
  await stage.startWorker({ topic: PositionedCustomer });
  await startCollector(stage, {
    topics: [PositionedCustomer],
    inbox: new MemoryInbox(),
    onRefused: 'deadLetter',
    deadLetterQueueUrl,
    handle: async ({ position, meta }) => {
      if (position === 2 && !isRepaired) throw new RefusedEvent('no such locale: xx');
      handled.push(meta.msgId);
    },
  });
  await topic.publish(inStream('C-1', [1, 2, 3]), { waitFor: 'published' });
  await untilWell(async () => (await depth.waiting()) === 1);
  return {
    world: {
      'the collector is repaired': async () => {
        isRepaired = true;
      },
      'it has caught up': () => untilWell(() => handled.length === 3),
    },
    async healthy() {
      await expectIdle(topic, { 'C-1': 3 });
      expect(handled).toEqual(['C-1/1', 'C-1/2', 'C-1/3']);
      expect(await depth.waiting()).toBe(0);
    },
  };
};
