import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

/** Standard input and the two outputs of a process. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** Somebody who can be asked, or nobody. */
export class Terminal {
  readonly #streams: Streams;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  get stdin(): Readable {
    return this.#streams.stdin;
  }

  /** Whether a question would be seen and could be answered. */
  get isInteractive(): boolean {
    return this.#streams.stdin.isTTY === true && this.#streams.stderr.isTTY === true;
  }

  /** The answer to a question. It is asked on stderr: stdout may be a pipe. */
  async ask(question: string, signal: AbortSignal): Promise<string> {
    const { stdin: input, stderr: output } = this.#streams;
    const lines = createInterface({ input, output });
    try {
      return await lines.question(question, { signal });
    } finally {
      lines.close();
    }
  }
}
