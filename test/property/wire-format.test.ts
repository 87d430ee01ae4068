import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPointer } from '../../src/common/claim-check.ts';
import { checkIn } from '../../src/common/offload.ts';
import { toWireMessage } from '../../src/common/wire-format.ts';
import { customerEntry } from '../support/messages.ts';

/** Every UTF-16 text, also ill-formed ones, with many of the characters that are special to JSON or XML. */
const text = fc
  .array(
    fc.oneof(
      fc.nat({ max: 0xffff }),
      fc.nat({ max: 0x9f }),
      fc.constantFrom(0x22, 0x5c, 0x75, 0xd800, 0xdc00, 0xfffd, 0xfffe, 0xffff, 0x2028),
    ),
    { maxLength: 30 },
  )
  .map((units) => String.fromCharCode(...units));

const XML_1_0 = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

it('whatever texts a message has, its body has only characters that SQS takes, and means the message', () => {
  const messages = fc.record({ id: text, user: text, key: text, value: text, name: text });

  fc.assert(
    fc.property(messages, ({ id, user, key, value, name }) => {
      const meta = { user, [`x${key}`]: [value] };
      const entry = customerEntry(1, { id, meta, event: { type: 'NameChanged', name } });
      const { body } = toWireMessage('Customer', entry);

      expect(body).toMatch(XML_1_0);
      expect(JSON.parse(body)).toEqual(entry.message);
    }),
    { numRuns: 1_000 },
  );
});

it('whatever texts a message has, its body is that of JSON.stringify but for the escapes of U+FFFE and U+FFFF', () => {
  fc.assert(
    fc.property(text, (name) => {
      const entry = customerEntry(1, { event: { type: 'NameChanged', name } });
      const { body } = toWireMessage('Customer', entry);

      expect(body).toBe(
        JSON.stringify(entry.message).replaceAll('\ufffe', '\\ufffe').replaceAll('\uffff', '\\uffff'),
      );
    }),
    { numRuns: 1_000 },
  );
});

it('whatever texts a message has, its claim check points to a body that UTF-8 keeps as it is, one for each content', () => {
  const store = { bucket: 'bodies' };
  const offloaded = (name: string) => {
    const entry = customerEntry(1, { event: { type: 'NameChanged', name } });
    return checkIn('Customer', { entry, body: toWireMessage('Customer', entry).body }, store);
  };

  fc.assert(
    fc.property(text, text, (name, other) => {
      const { entry, body } = offloaded(name);
      const { key, bytes } = entry.claimCheck;

      expect(Buffer.from(body, 'utf8').toString('utf8')).toBe(body);
      expect(Buffer.from(body, 'utf8')).toHaveLength(bytes);
      expect(readPointer(toWireMessage('Customer', entry).body)).toEqual({ bucket: 'bodies', key });
      expect(offloaded(other).entry.claimCheck.key === key).toBe(other === name);
    }),
    { numRuns: 1_000 },
  );
});
