import type { Client } from '@temporalio/client';
import { MAX_ENCODED_BYTES } from '../../common/defaults.ts';
import type { MessageFault } from '../../common/errors.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';

/** Whether the client's data converter changes the size of what travels: encryption, compression. */
export function hasCodecs(client: Client): boolean {
  return codecsOf(client).length > 0;
}

/** A fault for each entry that Temporal would refuse once it is encoded. */
export async function encodedSizeFaults(
  client: Client,
  entries: readonly PublishEntry[],
): Promise<readonly MessageFault[]> {
  const sizes = await Promise.all(entries.map((entry) => encodedBytes(client, entry)));
  return sizes.flatMap((bytes, index): MessageFault[] => {
    if (bytes <= MAX_ENCODED_BYTES) return [];
    const reason = `${bytes} bytes as the data converter encodes it; Temporal takes ${MAX_ENCODED_BYTES} with what goes along`;
    return [{ index, msgId: entries[index]?.message.meta.msgId, path: 'message', reason }];
  });
}

type Codec = Client['options']['loadedDataConverter']['payloadCodecs'][number];
type Payload = Parameters<Codec['encode']>[0][number];

async function encodedBytes(client: Client, entry: PublishEntry): Promise<number> {
  const { payloadConverter } = client.options.loadedDataConverter;
  let payloads: Payload[] = [payloadConverter.toPayload(entry)];
  for (const codec of codecsOf(client)) payloads = await codec.encode(payloads);
  return payloads.reduce((sum, payload) => sum + bytesOf(payload), 0);
}

function bytesOf({ data, metadata = {} }: Payload): number {
  const inMetadata = Object.entries(metadata ?? {}).reduce(
    (sum, [key, value]) => sum + key.length + value.length,
    0,
  );
  return (data?.length ?? 0) + inMetadata;
}

function codecsOf(client: Client): readonly Codec[] {
  return client.options?.loadedDataConverter?.payloadCodecs ?? [];
}
