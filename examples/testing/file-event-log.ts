// An EventLog over a file with one JSON line per event: the port for a store that is not among the adapters. Its one writer appends
// whole lines, so nothing ever appears before what a reader has seen.
import { appendFile, readFile } from 'node:fs/promises';
import { type EventMessage, EventTopicError } from 'temporal-event-topic';
import type { Checkpoint, EventLog, ReadAllOptions, StoredEvent } from 'temporal-event-topic/event-log';

interface Line {
  readonly storedAt: string;
  readonly message: EventMessage;
}

// #region event-log
export class FileEventLog implements EventLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async append(messages: readonly EventMessage[]): Promise<void> {
    const storedAt = new Date().toISOString();
    const lines = messages.map((message) => `${JSON.stringify({ storedAt, message })}\n`);
    await appendFile(this.#path, lines.join(''));
  }

  async *readAll(
    after: Checkpoint | undefined,
    { limit, signal }: ReadAllOptions,
  ): AsyncIterable<StoredEvent> {
    const first = after === undefined ? 0 : lineOf(after) + 1;
    const lines = await this.#lines(signal);
    for (const [index, { storedAt, message }] of lines.slice(first, first + limit).entries())
      yield { checkpoint: checkpointOf(first + index), storedAt, message };
  }

  async *readStream(id: string, fromPosition: number): AsyncIterable<EventMessage> {
    for (const { message } of await this.#lines())
      if (message.id === id && Number(message.position) >= fromPosition) yield message;
  }

  async #lines(signal?: AbortSignal): Promise<Line[]> {
    const text = await readFile(this.#path, { encoding: 'utf8', flag: 'a+', ...(signal ? { signal } : {}) });
    return text.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line)));
  }
}

// Of two checkpoints the later one is the larger text.
function checkpointOf(line: number): Checkpoint {
  return `line/${String(line).padStart(12, '0')}`;
}

function lineOf(checkpoint: Checkpoint): number {
  const [, digits] = /^line\/(\d{12})$/.exec(checkpoint) ?? [];
  if (digits !== undefined) return Number(digits);
  throw new EventTopicError('INVALID_CHECKPOINT', `The checkpoint is of another EventLog: ${checkpoint}`);
}
// #endregion event-log
