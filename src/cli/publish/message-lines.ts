import type { Readable } from 'node:stream';
import { EventTopicError } from '../../common/errors.ts';
import type { EventMessage } from '../../common/message.ts';
import { fillMessage, type Missing } from '../messages/fill-message.ts';
import { withoutMark } from '../messages/read-input.ts';
import { readLines } from './read-lines.ts';

export interface MessageLinesOptions {
  /** The first line that is read, from 1. */
  readonly fromLine: number;
  readonly missing: Missing;
  /** Looks at each message before it is sent; what it throws ends the reading at its line. */
  readonly check: (message: EventMessage) => void;
}

/** Messages of a file that has one on each line, and which line each is on: what the client counts are messages. Empty lines are none. */
export class MessageLines {
  readonly #input: Readable;
  readonly #options: MessageLinesOptions;
  /** Of messages that are read and not known to be accepted: a bounded number, as the client reads ahead. */
  readonly #lines = new Map<number, number>();
  /** Lines so far. */
  #read = 0;
  #messages = 0;
  #forgotten = 0;
  /** Messages that got a new msgId. */
  #fresh = 0;

  constructor(input: Readable, options: MessageLinesOptions) {
    this.#input = input;
    this.#options = options;
  }

  /** Lines that were read, skipped ones too. */
  get read(): number {
    return this.#read;
  }

  get hasFresh(): boolean {
    return this.#fresh > 0;
  }

  /** The line of a message, by its index; behind the last one, the next line. */
  lineOf(index: number): number {
    return this.#lines.get(index) ?? this.#read + 1;
  }

  /** Messages up to this index are accepted: nobody will ask for their lines. */
  forgetBefore(index: number): void {
    for (; this.#forgotten < index; this.#forgotten += 1) this.#lines.delete(this.#forgotten);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventMessage, void, undefined> {
    const { fromLine } = this.#options;
    for await (const line of readLines(this.#input)) {
      this.#read += 1;
      if (this.#read < fromLine || line.trim() === '') continue;
      this.#lines.set(this.#messages, this.#read);
      const message = this.#parse(this.#read === 1 ? withoutMark(line) : line);
      this.#messages += 1;
      yield message;
    }
  }

  #parse(line: string): EventMessage {
    const { missing, check } = this.#options;
    const { message, isNew } = fillMessage(parsed(line), missing);
    if (isNew) this.#fresh += 1;
    check(message);
    return message;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (error) {
    // V8 quotes the text, which is an event's content.
    const place = /at position \d+|end of JSON input/.exec((error as Error).message)?.[0];
    throw new EventTopicError('INVALID_ARGUMENT', `it is no JSON${place ? `, ${place}` : ''}`, {
      action: 'correct the line',
    });
  }
}
