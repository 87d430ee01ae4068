import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

/** What a command has printed, and its exit code. */
export interface Ran {
  readonly output: string;
  readonly exitCode: number;
}

// A pseudo-terminal, as a person has one: `script` is part of every Linux and macOS, with other options.
const SHELL = 'bash --norc --noprofile --noediting';
const SCRIPT =
  process.platform === 'linux' ? ['-qec', SHELL, '/dev/null'] : ['-q', '/dev/null', ...SHELL.split(' ')];
const LOOK_MS = 20;

/** A shell at a terminal, 100 characters wide. */
export class Terminal {
  readonly #child: ChildProcess;
  #screen = '';

  private constructor(cwd: string, env: Readonly<Record<string, string>>) {
    const { PATH = '', HOME = '' } = process.env;
    this.#child = spawn('script', SCRIPT, { cwd, env: { PATH, HOME, TERM: 'dumb', ...env } });
    this.#child.stdout?.on('data', (chunk) => {
      this.#screen += chunk;
    });
  }

  static async open(cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Terminal> {
    const terminal = new Terminal(cwd, env);
    terminal.type("stty -echo cols 100; PS1= PS2=; printf '%s\\n' ready-$((1+1))");
    await terminal.shows('ready-2\n', 10_000);
    terminal.#screen = '';
    return terminal;
  }

  /** Enters a line, or several. */
  type(text: string): void {
    this.#child.stdin?.write(`${text}\n`);
  }

  /** Presses Ctrl-C. */
  interrupt(): void {
    this.#child.stdin?.write('\x03');
  }

  /** What stands on the screen since the last command. */
  get screen(): string {
    return stripVTControlCharacters(this.#screen).replaceAll('\r', '');
  }

  async shows(text: string, withinMs: number): Promise<void> {
    for (const deadline = Date.now() + withinMs; !this.screen.includes(text); await sleep(LOOK_MS)) {
      if (Date.now() > deadline) throw new Error(`"${text}" did not come. On the screen:\n${this.screen}`);
    }
  }

  async run(command: string, withinMs: number): Promise<Ran> {
    this.#screen = '';
    this.type(`${command}\nprintf '\\nexit-code-%s-\\n' $?`);
    await this.shows('exit-code-', withinMs);
    await this.shows('-\n', withinMs);
    const [output = '', rest = ''] = this.screen.split('\nexit-code-');
    return { output, exitCode: Number.parseInt(rest, 10) };
  }

  /** Also ends what still runs there: it loses its terminal. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
