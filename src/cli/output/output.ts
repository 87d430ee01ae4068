import type { Streams } from '../terminal.ts';
import { printable } from './printable.ts';
import { render, type Screen } from './render.ts';
import type { View } from './view.ts';

/** stdout has the answer and nothing else; stderr what a person wants to know besides. */
export class Output {
  readonly isJson: boolean;
  readonly #streams: Streams;
  #hasProgress = false;

  constructor(streams: Streams, isJson: boolean) {
    this.#streams = streams;
    this.isJson = isJson;
  }

  /** Whether progress is one line that changes. */
  get isLive(): boolean {
    return !this.isJson && this.#streams.stderr.isTTY === true;
  }

  /** The answer: with `--json` the value itself, else what people read of it. */
  result<Value>(value: Value, viewOf: (value: Value) => View | readonly View[]): void {
    this.#endProgress();
    if (this.isJson) this.#print(`${this.#json(value)}\n`);
    else this.#printViews([viewOf(value)].flat());
  }

  /** What is no value, but a text for another program: the same with `--json`. */
  text(text: string): void {
    this.#print(text);
  }

  /** What a question is about, on stderr: the answer to it is not the result. */
  show(view: View): void {
    const { stderr } = this.#streams;
    stderr.write(render(view, { ...this.#screen, isTerminal: stderr.isTTY === true }));
  }

  /** One of many, as it comes: with `--json` a line of JSON. */
  item<Value>(value: Value, lineOf: (value: Value) => string): void {
    this.#endProgress();
    this.#print(`${this.isJson ? JSON.stringify(value) : printable(lineOf(value))}\n`);
  }

  /** A sentence on stderr. */
  note(sentence: string): void {
    this.#endProgress();
    this.#tell(this.isJson ? JSON.stringify({ note: sentence }) : printable(sentence));
  }

  /** How far it is, on stderr: one line that changes at a terminal, else a line each time. */
  progress<Value extends object>(value: Value, lineOf: (value: Value) => string): void {
    if (this.isJson) this.#tell(JSON.stringify({ progress: value }));
    else if (!this.#streams.stderr.isTTY) this.#tell(printable(lineOf(value)));
    else {
      this.#streams.stderr.write(`\r\u001b[2K${printable(lineOf(value))}`);
      this.#hasProgress = true;
    }
  }

  /** Lines on stderr as they are, for what has its own form. */
  error(lines: readonly string[]): void {
    this.#endProgress();
    for (const line of lines) this.#tell(line);
  }

  #printViews(views: readonly View[]): void {
    const parts = views.map((view) => render(view, this.#screen)).filter(Boolean);
    this.#print(parts.join(this.#screen.isTerminal ? '\n' : ''));
    for (const view of views) if (view.kind === 'table' && view.rows.length === 0) this.note(view.empty);
  }

  get #screen(): Screen {
    const { isTTY, columns } = this.#streams.stdout;
    return { isTerminal: isTTY === true, width: columns ?? 100 };
  }

  #json(value: unknown): string {
    return JSON.stringify(value, undefined, this.#screen.isTerminal ? 2 : undefined);
  }

  #endProgress(): void {
    if (this.#hasProgress) this.#streams.stderr.write('\n');
    this.#hasProgress = false;
  }

  #print(text: string): void {
    this.#streams.stdout.write(text);
  }

  #tell(line: string): void {
    this.#streams.stderr.write(`${line}\n`);
  }
}
