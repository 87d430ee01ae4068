import { describe, expect, it } from 'vitest';
import { refusalAttributes } from '../../../src/common/refusal-attributes.ts';

const QUARTER = 256 * 1024;
const refusal = { code: 'INVALID_EVENT', reason: 'ä'.repeat(2_000) };

describe('why an event was refused, in the attributes of its dead letter', () => {
  it.each([QUARTER, QUARTER - 30, QUARTER - 60, QUARTER - 500, 1024 * 1024 - 100, 0])(
    'fits with a message of %i bytes into what SQS takes',
    (bytes) => {
      const attributes = refusalAttributes(refusal, bytes);
      const added = Object.entries(attributes).reduce(
        (sum, [name, value]) => sum + Buffer.byteLength(`${name}String${value}`),
        0,
      );
      expect(bytes + added).toBeLessThanOrEqual(bytes <= QUARTER ? QUARTER : 1024 * 1024);
      expect(Object.values(attributes)).not.toContain('');
      expect(Object.values(attributes).join('')).not.toContain('\u{fffd}');
    },
  );

  it('has only what SQS takes as text', () => {
    expect(refusalAttributes({ code: 'A', reason: 'a\u0000b' }, 0)).toEqual({
      refusedCode: 'A',
      refusedReason: 'a\u{fffd}b',
    });
  });
});
