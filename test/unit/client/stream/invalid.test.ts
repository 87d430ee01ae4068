import { expect, it } from 'vitest';
import { publishStream } from '../../../../src/client/stream/publish-stream.ts';
import { InvalidMessagesError } from '../../../../src/common/errors.ts';
import { settled } from '../../../support/deferred.ts';
import { type CustomerMessage, customerMessage } from '../../../support/messages.ts';
import { HeldTarget, WillingTarget } from './held-target.ts';
import { LiveSource } from './live-source.ts';

const invalid = customerMessage(3, { id: 'C', meta: { time: 'yesterday' } });

it('everything before an invalid message is accepted, and nothing after it is sent', async () => {
  const target = new HeldTarget();
  const source = new LiveSource().give(customerMessage(0, { id: 'A' }));
  const error = publishStream(target, source).catch((reason: unknown) => reason);
  await settled();
  const before = [customerMessage(1, { id: 'A' }), customerMessage(2, { id: 'B' })];
  source.give(...before, invalid, customerMessage(4, { id: 'D' }));
  await target.accept(1);
  expect(target.sent).toEqual([['m-0'], ['m-2']]);
  await target.accept(0);
  await target.accept(2);

  expect(await error).toMatchObject({ code: 'STREAM_INTERRUPTED', accepted: 3 });
  expect(target.sent).toEqual([['m-0'], ['m-2'], ['m-1']]);
  expect(source).toMatchObject({ taken: 4, returned: 1 });
});

it('the error names its faults, with its index in the stream', async () => {
  const target = new HeldTarget();
  const source = [0, 1, 2].map((number) => customerMessage(number));
  const error = publishStream(target, [...source, invalid]).catch((reason: unknown) => reason);
  await target.accept(0);
  const fault = { index: 3, msgId: 'm-3', path: 'meta.time' };

  expect(await error).toMatchObject({
    message: expect.stringMatching(
      /^The stream ended at message #3: #3 \(msgId m-3\) meta\.time: .+ \[topic=Customer accepted=3\]\. Correct it, then publish the source again from message #3; msgIds keep that safe$/,
    ),
    cause: expect.any(InvalidMessagesError),
  });
  expect(await error).toMatchObject({ cause: { faults: [expect.objectContaining(fault)] } });
});

it.each([
  ['undefined', undefined],
  ['a promise', Promise.resolve(customerMessage(1))],
  ['an array of messages', [customerMessage(1)]],
  ['something without an event', { id: 'A', meta: customerMessage(1).meta }],
])('%s is no message', async (_, item) => {
  const target = new HeldTarget();

  await expect(publishStream(target, [item as CustomerMessage])).rejects.toMatchObject({
    accepted: 0,
    cause: { code: 'INVALID_MESSAGES' },
  });
  expect(target.sent).toEqual([]);
});

it('when one before it is not accepted, that is what the error tells', async () => {
  const target = new HeldTarget();
  const failure = new Error('unavailable');
  const refused = expect(
    publishStream(target, [customerMessage(1), customerMessage(2, { id: 'B' }), invalid]),
  ).rejects.toMatchObject({ accepted: 1, cause: failure });
  await target.accept(0);
  await target.fail(1, failure);

  await refused;
});

it('what is found to be invalid only when it is published ends the stream there', async () => {
  const target = new HeldTarget();
  const source = new LiveSource().give(customerMessage(0, { id: 'A' }));
  const error = publishStream(target, source).catch((reason: unknown) => reason);
  await target.accept(0);
  source.give(customerMessage(1), customerMessage(2), customerMessage(3, { id: 'B' }));
  const fault = { index: 1, msgId: 'm-2', path: 'message', reason: '3000000 bytes as it is encoded' };
  await target.fail(1, new InvalidMessagesError('Customer', [fault]));
  source.give(customerMessage(4, { id: 'D' }));
  await target.accept(2);

  expect(await error).toMatchObject({
    accepted: 1,
    message: expect.stringMatching(
      /^The stream ended at message #1: #2 \(msgId m-2\) message: 3000000 bytes/,
    ),
    cause: { code: 'INVALID_MESSAGES', faults: [{ ...fault, index: 2 }] },
  });
  expect(target.sent).toEqual([['m-0'], ['m-1', 'm-2'], ['m-3']]);
});

it('a target may take its time to say what is invalid: nothing behind it is sent meanwhile', async () => {
  const target = new WillingTarget();
  const check = (message: CustomerMessage) => HeldTarget.prototype.validate(message);
  const slow = Object.assign(target, {
    validate: async (message: CustomerMessage) => {
      await settled();
      return check(message);
    },
  });

  await expect(
    publishStream(slow, [customerMessage(0), invalid, customerMessage(2, { id: 'D' })]),
  ).rejects.toMatchObject({ accepted: 1, cause: { faults: [{ index: 1 }] } });
  expect(target.sent).toEqual([['m-0']]);
});
