// A publisher of one's own: it appends each event to a file, as a line of JSON.
import { appendFile } from 'node:fs/promises';
import type { PublishEntry } from 'temporal-event-topic';
import type { EventPublisher, PublishResult } from 'temporal-event-topic/activities';

export class FilePublisher implements EventPublisher {
  readonly maxBatchEntries = 100;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async publish(_topic: string, entries: readonly PublishEntry[]): Promise<readonly PublishResult[]> {
    await appendFile(this.#path, entries.map(({ message }) => `${JSON.stringify(message)}\n`).join(''));
    return entries.map(({ message: { meta } }) => ({
      ok: true,
      receipt: { msgId: meta.msgId, snsMessageId: meta.msgId },
    }));
  }

  describe(): string {
    return this.#path;
  }
}
