import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { EventMessage } from '../../../../src/common/message.ts';
import type { SetScenario } from '../scenario.ts';
import { expectIdle, ofAggregate, PositionedCustomer, untilParked } from './expectations.ts';
import { inStream } from './messages.ts';

const IDS = ['C-1', 'C-2', 'C-3'];
/** Instead of 10 s: the test waits for it. */
const GAP_TIMEOUT_MS = 300;

/** Three customers whose second event nobody has published. */
export const gap: SetScenario = async (stage) => {
  const topic = stage.topic(PositionedCustomer, { gapTimeoutMs: GAP_TIMEOUT_MS });
  let isRestored = false;
  const eventLog = {
    async *readStream(id: string, from: number): AsyncIterable<EventMessage> {
      if (isRestored)
        yield* inStream(
          id,
          [1, 2, 3].filter((position) => position >= from),
        );
    },
  };
  await stage.startWorker({ topic: PositionedCustomer, eventLog });
  for (const [index, id] of IDS.entries()) {
    await topic.publish(inStream(id, [1, 3]));
    await untilParked(topic, index + 1);
  }
  return {
    world: {
      'missing.jsonl has the stored event': () =>
        writeFile(
          stage.path('missing.jsonl'),
          inStream('C-1', [2])
            .map((message) => `${JSON.stringify(message)}\n`)
            .join(''),
        ),
      'the EventLog has the event again': async () => {
        isRestored = true;
      },
      'the list has caught up': () => untilParked(topic, 0),
    },
    async healthy() {
      await expectIdle(topic, { 'C-1': 3, 'C-2': 3, 'C-3': 2 });
      const received = await stage.received(8);
      for (const id of ['C-1', 'C-2'])
        expect(ofAggregate(received, id)).toEqual([`${id}/1`, `${id}/2`, `${id}/3`]);
      expect(ofAggregate(received, 'C-3')).toEqual(['C-3/1', 'C-3/3']);
    },
  };
};
