import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { MessageLines, type MessageLinesOptions } from '../../../src/cli/publish/message-lines.ts';
import type { EventMessage } from '../../../src/common/message.ts';
import { renamed } from '../../support/customer.ts';

const one = JSON.stringify(renamed('C-1', 'm-1'));
const two = JSON.stringify(renamed('C-1', 'm-2'));

describe('a file of messages', () => {
  it('is read line by line, whatever its chunks and line ends, and empty lines are none', async () => {
    const text = `\ufeff${one}\r\n\n${two}`;
    const lines = linesOf([text.slice(0, 7), text.slice(7, one.length + 2), text.slice(one.length + 2)]);
    const { messages } = await read(lines);
    expect(messages.map(({ meta }) => meta.msgId)).toEqual(['m-1', 'm-2']);
    expect([lines.lineOf(0), lines.lineOf(1), lines.lineOf(2)]).toEqual([1, 3, 4]);
  });

  it('begins at a line, and counts messages from there', async () => {
    const lines = linesOf([`no JSON\n${two}\n`], { fromLine: 2 });
    expect((await read(lines)).messages).toHaveLength(1);
    expect(lines.lineOf(0)).toBe(2);
  });

  it('ends at a line that is no JSON, and quotes nothing of it', async () => {
    const lines = linesOf([`${one}\n{"secret": oops}\n${two}\n`]);
    const { messages, error } = await read(lines);
    expect(messages).toHaveLength(1);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', action: 'correct the line' });
    expect(String(error)).not.toContain('secret');
    expect(lines.lineOf(1)).toBe(2);
  });

  it('fails as the file does', async () => {
    const input = new Readable({ read() {} });
    input.push(`${one}\n`);
    setImmediate(() => input.destroy(new Error('disk')));
    const { error } = await read(new MessageLines(input, options()));
    expect(error).toMatchObject({ message: 'disk' });
  });

  it('fills meta only when it is told the service, and says when it has made a msgId', async () => {
    const bare = '{"id":"C-1","event":{"type":"Deleted"}}';
    const left = linesOf([bare]);
    expect((await read(left)).messages).toEqual([JSON.parse(bare)]);
    expect(left.hasFresh).toBe(false);
    const filled = linesOf([bare], { missing: { service: 'ops' } });
    const { messages } = await read(filled);
    expect(messages[0]?.meta).toMatchObject({ service: 'ops', user: '', msgId: expect.any(String) });
    expect(filled.hasFresh).toBe(true);
    const known = linesOf([one], { missing: { service: 'ops' } });
    expect((await read(known)).messages[0]?.meta).toMatchObject({ service: 'test', msgId: 'm-1' });
    expect(known.hasFresh).toBe(false);
  });
});

function options(some: Partial<MessageLinesOptions> = {}): MessageLinesOptions {
  return { fromLine: 1, missing: { service: undefined }, check: () => undefined, ...some };
}

function linesOf(chunks: readonly string[], some: Partial<MessageLinesOptions> = {}): MessageLines {
  return new MessageLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), options(some));
}

async function read(lines: MessageLines): Promise<{ messages: EventMessage[]; error?: unknown }> {
  const messages: EventMessage[] = [];
  try {
    for await (const message of lines) messages.push(message);
    return { messages };
  } catch (error) {
    return { messages, error };
  }
}
