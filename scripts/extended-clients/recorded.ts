import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { WireMessage } from '../../src/common/wire-format.ts';
import type { Package } from './programs.ts';

/** docs/spec/vectors/extended-clients.json: what main.ts saw. */
export interface Recorded {
  readonly read: {
    /** They have read each of `messages`, byte for byte. */
    readonly by: readonly Package[];
    /** They take each pointer for the message. */
    readonly notBy: readonly Package[];
    readonly messages: readonly ReadMessage[];
  };
  readonly written: readonly WrittenMessage[];
}

/** As this package published it. */
export interface ReadMessage extends WireMessage {
  readonly title: string;
}

/** As an extended client wrote it, received from the queue without one. */
export interface WrittenMessage {
  readonly title: string;
  readonly client: Package;
  readonly bucket: string;
  readonly key: string;
  readonly object: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, { readonly dataType: string; readonly value: string }>>;
}

const FILE = new URL('../../docs/spec/vectors/extended-clients.json', import.meta.url);

export function readRecorded(): Recorded {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Recorded;
}

export async function record(recorded: Recorded): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(recorded, null, 2)}\n`);
}

/** Says where a run differs from what is recorded; the keys differ each time. */
export function differences(seen: Recorded, before: Recorded): readonly string[] {
  const was = new Set(parts(before));
  const is = new Set(parts(seen));
  return [
    ...[...was].filter((part) => !is.has(part)).map((part) => `recorded, not seen: ${part}`),
    ...[...is].filter((part) => !was.has(part)).map((part) => `seen, not recorded: ${part}`),
  ];
}

function parts({ read, written }: Recorded): readonly string[] {
  return [
    ...read.by.map((client) => `read by ${JSON.stringify(client)}`),
    ...read.notBy.map((client) => `not read by ${JSON.stringify(client)}`),
    ...read.messages.map((message) => JSON.stringify(message)),
    ...written.map((message) => JSON.stringify(message).replaceAll(message.key, '<key>')),
  ];
}
