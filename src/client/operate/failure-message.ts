import type { Client } from '@temporalio/client';
import { decodeFirst } from '../decode-payload.ts';

/** The part of Temporal's failure that says what happened. */
export interface RawFailure {
  readonly message?: string | null | undefined;
  /** Where message and stack stand when the failure converter encodes them. */
  readonly encodedAttributes?: Payload | null | undefined;
}

type Converter = Client['options']['loadedDataConverter'];
type Payload = ReturnType<Converter['payloadConverter']['toPayload']>;

/** A failure's message, read with the client's data converter where it is encoded. */
export async function failureMessage(
  client: Client,
  { message, encodedAttributes }: RawFailure,
): Promise<string> {
  if (!encodedAttributes) return message ?? '';
  const attributes = await decodeFirst(client, [encodedAttributes]);
  return (attributes as { readonly message?: string } | undefined)?.message ?? message ?? '';
}
