import { describe, expect, it, vi } from 'vitest';
import { PublishTelemetry } from '../../../../src/client/publish/publish-telemetry.ts';
import { toWireMessage, wireSize } from '../../../../src/common/wire-format.ts';
import { customerEntry } from '../../../support/messages.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const entry = customerEntry(1);
const size = wireSize(toWireMessage('Customer', entry));
const tracedSize = wireSize(toWireMessage('Customer', { ...entry, traceparent }));

function trace(maxMessageBytes: number, of: string | undefined) {
  const span = { traceparent: of, set: vi.fn(), failed: vi.fn() };
  return new PublishTelemetry('Customer', maxMessageBytes).trace([entry], span);
}

describe('the trace of published messages', () => {
  it('travels with them', () => {
    expect(trace(tracedSize, traceparent)).toEqual([{ ...entry, traceparent }]);
  });

  it('stays behind when a message would be too large for SNS with it', () => {
    expect(tracedSize).toBeGreaterThan(size);
    expect(trace(tracedSize - 1, traceparent)).toEqual([entry]);
  });

  it('is none when nobody traces', () => {
    expect(trace(tracedSize, undefined)).toEqual([entry]);
  });
});
