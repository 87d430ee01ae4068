import { expect, it } from 'vitest';
import { publishStream } from '../../../../src/client/stream/publish-stream.ts';
import { customerMessage } from '../../../support/messages.ts';
import { WillingTarget } from './held-target.ts';
import { LiveSource } from './live-source.ts';

it.each([
  [{ maxInFlight: 0 }, 'options.maxInFlight is 1 to 10,000'],
  [{ maxInFlight: 10_001 }, 'options.maxInFlight is 1 to 10,000'],
  [{ maxInFlight: 1.5 }, 'options.maxInFlight is 1 to 10,000'],
  [{ maxInFlight: Number.NaN }, 'options.maxInFlight is 1 to 10,000'],
  [{ maxBytesInFlight: 0 }, 'options.maxBytesInFlight is a positive whole number'],
  [{ maxBytesInFlight: Number.POSITIVE_INFINITY }, 'options.maxBytesInFlight is a positive whole number'],
  [
    { maxInFlight: -1, maxBytesInFlight: -1 },
    'options.maxInFlight is 1 to 10,000; options.maxBytesInFlight is a positive whole number',
  ],
])('%j are refused before the source is touched', async (options, faults) => {
  const source = new LiveSource().give(customerMessage(1));

  await expect(publishStream(new WillingTarget(), source, options)).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: `publishJsonStream(source, options) was called with something else than it takes: ${faults}. Nothing was done; correct the call`,
  });
  expect(source).toMatchObject({ taken: 0, returned: 0 });
});

it.each([{}, { maxInFlight: undefined }, { maxInFlight: 10_000, maxBytesInFlight: 1 }])(
  '%j are taken',
  async (options) => {
    expect(await publishStream(new WillingTarget(), [customerMessage(1)], options)).toEqual({ accepted: 1 });
  },
);
