import type { PayloadStore } from './claim-check.ts';
import { MAX_OFFLOADED_BYTES } from './defaults.ts';
import { checkIn, type Upload } from './offload.ts';
import type { PublishEntry } from './protocol/entry.ts';
import { toWireMessage, wireSize } from './wire-format.ts';

/** How large a message may be, and what becomes of a larger one. */
export interface MessageLimits {
  /** The SNS topic's `MaximumMessageSize`, in bytes. */
  readonly maxMessageBytes: number;
  /** Takes the bodies of larger messages; only its facts are read here. Default: none, a larger message is refused. */
  readonly store?: Omit<PayloadStore, 'put'> | undefined;
}

/** The entry that travels, with the body to upload before when it is a claim check; or why none can. */
export type Fitted =
  | { readonly entry: PublishEntry; readonly upload?: Upload }
  | { readonly tooLarge: string };

/** Offloads the body of a message that is too large for SNS. */
export function fitMessage(topic: string, entry: PublishEntry, limits: MessageLimits): Fitted {
  const wire = toWireMessage(topic, entry);
  const size = wireSize(wire);
  const limit = `SNS takes ${limits.maxMessageBytes} (the topic's MaximumMessageSize)`;
  if (size <= limits.maxMessageBytes) return { entry };
  if (limits.store === undefined) return { tooLarge: `${size} bytes with its attributes; ${limit}` };
  const { maxBodyBytes = MAX_OFFLOADED_BYTES } = limits.store;
  const upload = checkIn(topic, { entry, body: wire.body }, limits.store);
  const { bytes } = upload.entry.claimCheck;
  if (bytes > maxBodyBytes) return { tooLarge: `${bytes} bytes; the claim check takes ${maxBodyBytes}` };
  const rest = sizeWithoutEvent(topic, upload);
  if (rest <= limits.maxMessageBytes) return { entry: upload.entry, upload };
  return { tooLarge: `${rest} bytes without its event, which alone can go to S3; ${limit}` };
}

/** What stays when the event goes to S3: the pointer goes to SNS, and id and meta through Temporal. */
function sizeWithoutEvent(topic: string, { entry }: Upload): number {
  const { claimCheck: _, ...plain } = entry;
  return Math.max(wireSize(toWireMessage(topic, entry)), wireSize(toWireMessage(topic, plain)));
}
