import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EventMessage } from '../../common/message.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { WireMessage } from '../../common/wire-format.ts';
import { here } from '../../here.cts';

/** A message and how it travels: an entry of docs/spec/vectors/messages.json, which is part of the package. */
export interface MessageVector extends WireMessage {
  readonly title: string;
  readonly topic: string;
  readonly message: EventMessage;
  readonly eventType: string | null;
  readonly messageGroupId: string;
  readonly messageDeduplicationId: string;
  /** Bytes as SNS counts them. */
  readonly size: number;
}

/** An offloaded message and how its pointer travels: from docs/spec/vectors/claim-checks.json. */
export interface PointerVector extends WireMessage {
  readonly title: string;
  readonly topic: string;
  readonly entry: PublishEntry;
}

/** The test vectors of the wire format: for tests of a publisher, or of a collector that decodes by itself. */
export function messageVectors(): readonly MessageVector[] {
  return read('messages.json') as readonly MessageVector[];
}

export function pointerVectors(): readonly PointerVector[] {
  const vectors = read('claim-checks.json') as readonly (MessageVector & ClaimCheckFields)[];
  return vectors.map(({ title, topic, body, attributes, ...vector }) => {
    const claimCheck = { bucket: vector.bucket, key: vector.key, bytes: Buffer.byteLength(vector.object) };
    const message = { ...vector.message, event: null };
    const type = vector.eventType === null ? {} : { eventType: vector.eventType };
    return { title, topic, body, attributes, entry: { message, claimCheck, ...type } };
  });
}

interface ClaimCheckFields {
  readonly bucket: string;
  readonly key: string;
  /** What is in S3. */
  readonly object: string;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(specFolder(here), 'vectors', file), 'utf8'));
}

/** In the folder of the package, which is not equally far away in both builds and in the sources. */
function specFolder(folder: string): string {
  const candidate = join(folder, 'docs', 'spec');
  return existsSync(candidate) || dirname(folder) === folder ? candidate : specFolder(dirname(folder));
}
