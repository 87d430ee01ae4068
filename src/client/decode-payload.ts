import type { Client } from '@temporalio/client';

type Converter = Client['options']['loadedDataConverter'];
type Payload = ReturnType<Converter['payloadConverter']['toPayload']>;

/** The first of Temporal's payloads, read with the client's data converter; undefined when there is none. */
export async function decodeFirst(
  client: Client,
  payloads: readonly Payload[] | null | undefined,
): Promise<unknown> {
  const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter;
  let decoded = [...(payloads ?? [])].slice(0, 1);
  for (const codec of [...payloadCodecs].reverse()) decoded = await codec.decode(decoded);
  const [first] = decoded;
  return first && payloadConverter.fromPayload(first);
}
