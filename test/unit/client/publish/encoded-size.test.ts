import { randomBytes } from 'node:crypto';
import { Client, Connection, type DataConverter } from '@temporalio/client';
import { afterAll, describe, expect, it } from 'vitest';
import { AesGcmCodec } from '../../../../examples/features/aes-gcm-codec.ts';
import { encodedSizeFaults, hasCodecs } from '../../../../src/client/publish/encoded-size.ts';
import { MAX_ENCODED_BYTES } from '../../../../src/common/defaults.ts';
import type { PublishEntry } from '../../../../src/common/protocol/entry.ts';
import { InMemoryEventTopic } from '../../../../src/testing/in-memory/in-memory-event-topic.ts';
import { Customer, renamed } from '../../../support/customer.ts';

type Codec = NonNullable<DataConverter['payloadCodecs']>[number];

// Connects at its first call; there is none.
const connection = Connection.lazy();
afterAll(() => connection.close());

const clientWith = (...payloadCodecs: Codec[]): Client =>
  new Client({ connection, dataConverter: { payloadCodecs } });

/** Makes payloads of what it is told, by the size of what it gets. */
function codec(encoded: (bytes: number) => Partial<Awaited<ReturnType<Codec['encode']>>[number]>): Codec {
  return {
    encode: async (payloads) => payloads.map(({ data }) => ({ metadata: {}, ...encoded(data?.length ?? 0) })),
    decode: async (payloads) => payloads,
  };
}

const sized = (bytes: number): Codec => codec(() => ({ data: new Uint8Array(bytes) }));
const entry = (msgId: string): PublishEntry => ({ message: renamed('a', msgId) });

/** An entry whose JSON has this many characters, all of them one byte. */
function entryOf(bytes: number): PublishEntry {
  const { message } = entry('m-1');
  const named = (name: string): PublishEntry => ({
    message: { ...message, event: { type: 'NameChanged', name } },
  });
  return named('x'.repeat(bytes - JSON.stringify(named('')).length));
}

describe('whether the size must be looked at', () => {
  it('it must when the data converter has codecs, and only then', () => {
    expect(hasCodecs(clientWith())).toBe(false);
    expect(hasCodecs(clientWith(new AesGcmCodec(randomBytes(32))))).toBe(true);
  });

  it('it need not be when the client has no data converter, as in memory', async () => {
    const topic = new InMemoryEventTopic(Customer);
    await topic.publish([renamed('a', 'a-1')]);
    await topic.tick();
    expect(topic.publisher.messages).toHaveLength(1);
  });
});

describe('an entry that Temporal would refuse', () => {
  it('is one that is larger than the limit, encoded; one byte less is taken', async () => {
    expect(await encodedSizeFaults(clientWith(sized(MAX_ENCODED_BYTES)), [entry('m-1')])).toEqual([]);
    expect(await encodedSizeFaults(clientWith(sized(MAX_ENCODED_BYTES + 1)), [entry('m-1')])).toEqual([
      {
        index: 0,
        msgId: 'm-1',
        path: 'message',
        reason: '1700001 bytes as the data converter encodes it; Temporal takes 1700000 with what goes along',
      },
    ]);
  });

  it('is named by its place in the call and its msgId; all of them are', async () => {
    const large = new Set(['m-2', 'm-4']);
    const byMsgId: Codec = {
      encode: async (payloads) =>
        payloads.map(({ data }) => {
          const { message } = JSON.parse(Buffer.from(data ?? []).toString());
          return { data: new Uint8Array(large.has(message.meta.msgId) ? 2_000_000 : 10) };
        }),
      decode: async (payloads) => payloads,
    };
    const faults = await encodedSizeFaults(clientWith(byMsgId), ['m-1', 'm-2', 'm-3', 'm-4'].map(entry));
    expect(faults.map(({ index, msgId }) => [index, msgId])).toEqual([
      [1, 'm-2'],
      [3, 'm-4'],
    ]);
  });
});

describe('what is counted', () => {
  it('is the metadata too, names and values', async () => {
    const metadata = { encoding: new Uint8Array(6), 'key-id': new Uint8Array(20) };
    const names = 'encoding'.length + 'key-id'.length;
    const withMetadata = (bytes: number): Codec => codec(() => ({ metadata, data: new Uint8Array(bytes) }));
    const room = MAX_ENCODED_BYTES - names - 26;
    expect(await encodedSizeFaults(clientWith(withMetadata(room)), [entry('m-1')])).toEqual([]);
    expect(await encodedSizeFaults(clientWith(withMetadata(room + 1)), [entry('m-1')])).toHaveLength(1);
  });

  it('is what the last codec makes of it, each getting what the one before has made', async () => {
    const twice = codec((bytes) => ({ data: new Uint8Array(2 * bytes) }));
    const compressing = codec((bytes) => ({ data: new Uint8Array(Math.ceil(bytes / 100)) }));
    const large = [entryOf(1_000_000)];
    expect(await encodedSizeFaults(clientWith(twice), large)).toHaveLength(1);
    expect(await encodedSizeFaults(clientWith(twice, compressing), large)).toEqual([]);
    expect(await encodedSizeFaults(clientWith(compressing, twice), large)).toEqual([]);
  });

  it('is every payload that a codec makes of one', async () => {
    const half = { metadata: {}, data: new Uint8Array(MAX_ENCODED_BYTES / 2 + 1) };
    const splitting: Codec = { encode: async () => [half, half], decode: async (payloads) => payloads };
    expect(await encodedSizeFaults(clientWith(splitting), [entry('m-1')])).toHaveLength(1);
  });

  it('grows with the encryption of the example by less than 200 bytes', async () => {
    const client = clientWith(new AesGcmCodec(randomBytes(32)));
    expect(await encodedSizeFaults(client, [entryOf(MAX_ENCODED_BYTES - 200)])).toEqual([]);
    expect(await encodedSizeFaults(client, [entryOf(MAX_ENCODED_BYTES)])).toHaveLength(1);
  });
});

it('a codec that fails, as one that has lost its key does, fails the call with its own error', async () => {
  const failure = new Error('the key service does not answer');
  const failing: Codec = { encode: () => Promise.reject(failure), decode: async (payloads) => payloads };
  await expect(encodedSizeFaults(clientWith(failing), [entry('m-1')])).rejects.toBe(failure);
});
