import { checkIn, type Upload } from '../../src/common/offload.ts';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import { toWireMessage } from '../../src/common/wire-format.ts';
import { customerEntry } from '../../test/support/messages.ts';
import { claimCheckVectors } from '../../test/support/vectors.ts';

/** A message whose body goes to S3, for the extended clients to read. */
export interface LargeMessage {
  readonly title: string;
  readonly topic: string;
  readonly bucket: string;
  readonly upload: Upload;
}

/** The messages of claim-checks.json, and one that SNS does not take. */
export function messagesToRead(): readonly LargeMessage[] {
  const event = { type: 'NameChanged' as const, name: `Åsa 😀 ${'x'.repeat(300_000)}` };
  const vectors = claimCheckVectors().map(({ title, topic, message, eventType, bucket, prefix }) => {
    const entry = { message, ...(eventType === null ? {} : { eventType }) };
    return checkedIn({ title, topic, bucket, prefix }, entry);
  });
  const large = { title: 'more than 300,000 bytes', topic: 'Customer', bucket: 'event-bodies', prefix: '' };
  return [...vectors, checkedIn(large, customerEntry(1, { event }))];
}

function checkedIn(
  { prefix, ...message }: Omit<LargeMessage, 'upload'> & { readonly prefix: string },
  entry: PublishEntry,
): LargeMessage {
  const { topic, bucket } = message;
  const { body } = toWireMessage(topic, entry);
  return { ...message, upload: checkIn(topic, { entry, body }, { bucket, prefix }) };
}
