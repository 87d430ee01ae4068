import { describe, expect, it } from 'vitest';
import { fromTraceparent, toTraceparent } from '../../../../src/common/telemetry/traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('traceparent', () => {
  it('is written as W3C has it, and read back', () => {
    const context = { traceId: TRACE, spanId: SPAN, traceFlags: 1 };
    expect(toTraceparent(context)).toBe(`00-${TRACE}-${SPAN}-01`);
    expect(fromTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({ ...context, isRemote: true });
    expect(fromTraceparent(`00-${TRACE}-${SPAN}-00`)?.traceFlags).toBe(0);
  });

  it('is none for a span that nobody records', () => {
    expect(toTraceparent(undefined)).toBeUndefined();
    expect(toTraceparent({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 })).toBeUndefined();
  });

  it('of a later version is read as far as it is known, its other flags are not taken over', () => {
    expect(fromTraceparent(`01-${TRACE}-${SPAN}-03-more`)).toMatchObject({ traceId: TRACE, traceFlags: 1 });
  });

  it.each([
    undefined,
    '',
    'trace',
    '00-1-2-01',
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  ])('that cannot be read is passed over: %s', (text) => {
    expect(fromTraceparent(text)).toBeUndefined();
  });
});
