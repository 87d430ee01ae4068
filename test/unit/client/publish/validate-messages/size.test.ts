import { describe, expect, it } from 'vitest';
import { Customer, customerMessage } from '../../../../support/messages.ts';
import { messageVectors } from '../../../../support/vectors.ts';
import { faultsOf } from './faults-of.ts';

describe.each(messageVectors().slice(0, 3))('the message of $title', ({ message, size }) => {
  it('is accepted when the limit is exactly its size with attributes', () => {
    expect(faultsOf(Customer, [message], size)).toEqual([]);
  });

  it('is a fault when the limit is one byte less', () => {
    expect(faultsOf(Customer, [message], size - 1)).toEqual([
      {
        index: 0,
        msgId: message.meta.msgId,
        path: 'message',
        reason: `${size} bytes with its attributes; SNS takes ${size - 1} (the topic's MaximumMessageSize)`,
      },
    ]);
  });
});

describe('a message with an empty name', () => {
  // {"id":"C-1","meta":{…},"event":{"type":"NameChanged","name":""}}: 177 bytes; its four attributes: 87 bytes.
  const EMPTY = 264;
  const named = (name: string) => customerMessage(1, { event: { type: 'NameChanged', name } });

  it('has this size', () => {
    expect(faultsOf(Customer, [named('')], EMPTY)).toEqual([]);
    expect(faultsOf(Customer, [named('')], EMPTY - 1)).toHaveLength(1);
  });

  it('grows by a byte per ASCII character', () => {
    expect(faultsOf(Customer, [named('x'.repeat(262_144 - EMPTY))])).toEqual([]);
    expect(faultsOf(Customer, [named('x'.repeat(262_145 - EMPTY))])).toHaveLength(1);
  });

  it('grows by the bytes of UTF-8 for other characters', () => {
    expect(faultsOf(Customer, [named('é')], EMPTY + 2)).toEqual([]);
    expect(faultsOf(Customer, [named('é')], EMPTY + 1)).toHaveLength(1);
    expect(faultsOf(Customer, [named('😀')], EMPTY + 4)).toEqual([]);
    expect(faultsOf(Customer, [named('😀')], EMPTY + 3)).toHaveLength(1);
  });

  it('grows by the escapes of JSON', () => {
    expect(faultsOf(Customer, [named('"')], EMPTY + 2)).toEqual([]);
    expect(faultsOf(Customer, [named('"')], EMPTY + 1)).toHaveLength(1);
  });
});
