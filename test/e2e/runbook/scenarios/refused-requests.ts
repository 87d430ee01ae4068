import { expect } from 'vitest';
import type { SnsError } from '../aws-proxy.ts';
import type { SetScenario } from '../scenario.ts';
import { Customer, expectIdle, untilRetrying } from './expectations.ts';
import { numbered } from './messages.ts';

// Codes, statuses and texts are those of the SNS API reference.

export const kmsDenied = refusing(
  {
    status: 400,
    code: 'KMSAccessDenied',
    message: "The ciphertext references a key that doesn't exist or that you don't have access to.",
  },
  'the worker may use the key',
);

export const throttled = refusing(
  { status: 429, code: 'Throttled', message: 'Rate exceeded' },
  'SNS takes it',
);

/** SNS refuses every request, until the named step of the page. */
function refusing(error: SnsError, cured: string): SetScenario {
  return async (stage) => {
    const topic = stage.topic(Customer);
    stage.sns((messages) => (messages.length > 0 ? error : undefined));
    await stage.startWorker();
    await topic.publish(numbered('C-1', 1, 3));
    await untilRetrying(topic, 'C-1');
    return {
      world: {
        [cured]: async () => stage.sns(undefined),
        'it goes on': () => expectIdle(topic, { 'C-1': 3 }),
      },
      async healthy() {
        await expectIdle(topic, { 'C-1': 3 });
        expect(await stage.received(3)).toEqual(['C-1/1', 'C-1/2', 'C-1/3']);
      },
    };
  };
}
