import { expect } from 'vitest';
import type { SnsError } from '../aws-proxy.ts';
import type { SetScenario } from '../scenario.ts';
import { Customer, expectIdle, ofAggregate, untilParked } from './expectations.ts';
import { longName, numbered } from './messages.ts';

const TOO_LONG: SnsError = {
  status: 400,
  code: 'InvalidParameter',
  message: 'Invalid parameter: Message too long',
};
const IDS = ['C-1', 'C-2', 'C-3'];

/** Three customers, each with an event in the middle that SNS refuses. */
export const parked: SetScenario = async (stage) => {
  const topic = stage.topic(Customer);
  stage.sns((messages) =>
    messages.some((message) => JSON.stringify(message).length > 2_000) ? TOO_LONG : undefined,
  );
  await stage.startWorker();
  for (const [index, id] of IDS.entries()) {
    const [first, second, third] = numbered(id, 1, 3);
    await topic.publish([first, longName(second), third]);
    await untilParked(topic, index + 1);
  }
  return {
    world: {
      'the topic takes longer messages': async () => {
        stage.sns((messages) =>
          messages.some(
            ({ id, meta }) => id !== 'C-1' && meta.msgId.endsWith('/2') && meta.service !== 'support',
          )
            ? TOO_LONG
            : undefined,
        );
      },
      'the list has caught up': () => untilParked(topic, 0),
    },
    async healthy() {
      await expectIdle(topic, { 'C-1': 3, 'C-2': 3, 'C-3': 2 });
      const received = await stage.received(8);
      expect(ofAggregate(received, 'C-1')).toEqual(['C-1/1', 'C-1/2', 'C-1/3']);
      expect(ofAggregate(received, 'C-2')).toEqual(['C-2/1', 'C-2/2', 'C-2/3']);
      expect(ofAggregate(received, 'C-3')).toEqual(['C-3/1', 'C-3/3']);
    },
  };
};
