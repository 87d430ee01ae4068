import { expect, it } from 'vitest';
import { SNS_MAX_MESSAGE_BYTES } from '../../../../src/common/defaults.ts';
import { customerMessage } from '../../../support/messages.ts';
import { FakeEventLog, missing, runReadStream, stored } from './activity.ts';

const large = customerMessage(2, { position: 2, event: { type: 'NameChanged', name: 'x'.repeat(300_000) } });
const eventLog = (): FakeEventLog => new FakeEventLog([...stored(1, 1), large, ...stored(3, 3)]);

it('what is too large for SNS goes to the claim check, and the others come as they are', async () => {
  const put: [string, string][] = [];
  const store = {
    bucket: 'large-events',
    put: async (key: string, body: string): Promise<void> => {
      put.push([key, body]);
    },
  };
  const limits = { maxMessageBytes: SNS_MAX_MESSAGE_BYTES, store };

  const { entries } = await runReadStream({ eventLog: eventLog(), limits }, missing(1, 3));

  expect(put).toEqual([[entries[1]?.claimCheck?.key, JSON.stringify(large)]]);
  expect(
    entries.map(({ message, claimCheck }) => [message.position, message.event, claimCheck?.bucket]),
  ).toEqual([
    [1, stored(1, 1)[0]?.event, undefined],
    [2, null, 'large-events'],
    [3, stored(3, 3)[0]?.event, undefined],
  ]);
});

it('without a claim check it comes as it is: SNS will refuse it, and its aggregate is parked there', async () => {
  const limits = { maxMessageBytes: SNS_MAX_MESSAGE_BYTES };

  const { entries } = await runReadStream({ eventLog: new FakeEventLog([large]), limits }, missing(2, 3));

  expect(entries[0]?.message).toEqual(large);
});
