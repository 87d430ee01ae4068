import type { Output } from './output/output.ts';
import type { Terminal } from './terminal.ts';

/** What a command has of the process that it runs in. */
export interface CliContext {
  readonly output: Output;
  readonly terminal: Terminal;
  /** Aborts when the user interrupts (Ctrl-C), or the process is told to end. */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  /** Called when the command has ended, however; the last one first. */
  defer(cleanUp: () => Promise<void> | void): void;
}

export class Context implements CliContext {
  readonly output: Output;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  readonly #cleanUps: (() => Promise<void> | void)[] = [];

  constructor(parts: Pick<CliContext, 'output' | 'terminal' | 'signal' | 'env'>) {
    this.output = parts.output;
    this.terminal = parts.terminal;
    this.signal = parts.signal;
    this.env = parts.env;
  }

  defer(cleanUp: () => Promise<void> | void): void {
    this.#cleanUps.push(cleanUp);
  }

  /** What fails here hides nothing: the command's own end counts. */
  async close(): Promise<void> {
    for (const cleanUp of this.#cleanUps.reverse()) await Promise.resolve(cleanUp()).catch(() => undefined);
  }
}
