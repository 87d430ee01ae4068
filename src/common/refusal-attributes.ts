import { StringDecoder } from 'node:string_decoder';
import { MAX_REFUSED_REASON_BYTES, SQS_MAX_MESSAGE_BYTES } from './defaults.ts';
import type { Refusal } from './protocol/entry.ts';

/**
 * Why an event was refused, as attributes of its dead letter: `refusedCode` and `refusedReason`, cleaned and cut so that SQS takes them together with a message of that many bytes. One for which there is no room
 * is left out.
 */
export function refusalAttributes(
  { code, reason }: Refusal,
  messageBytes: number,
): Readonly<Record<string, string>> {
  // What a queue takes is between 1 KiB and 1 MiB: the smallest of the usual limits that the message itself fits into.
  const limit = SQS_MAX_MESSAGE_BYTES.find((bytes) => messageBytes <= bytes) ?? 0;
  let room = limit - messageBytes;
  const attributes: Record<string, string> = {};
  for (const [name, text] of Object.entries({ refusedCode: code, refusedReason: reason })) {
    const value = cut(clean(text), Math.min(MAX_REFUSED_REASON_BYTES, room - name.length - 'String'.length));
    if (value === '') continue;
    attributes[name] = value;
    room -= name.length + 'String'.length + Buffer.byteLength(value);
  }
  return attributes;
}

// SQS takes the characters of XML 1.0 only.
function clean(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}');
}

/** The first characters that fit. */
function cut(text: string, maxBytes: number): string {
  return new StringDecoder('utf8').write(Buffer.from(text).subarray(0, Math.max(0, maxBytes)));
}
