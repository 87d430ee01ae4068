import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { Context } from './context.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { exitCodeOf, failureLines, toFailure, usageError } from './failure.ts';
import { Interruption } from './interruption.ts';
import { Output } from './output/output.ts';
import { Program } from './program.ts';
import { type Streams, Terminal } from './terminal.ts';
import { repeatedFaults } from './usage-faults.ts';
import { packageVersion } from './version.ts';

/** The process, as the command line needs it. */
export interface CliProcess extends Streams {
  readonly env: NodeJS.ProcessEnv;
  /** Aborts with an {@link Interruption} when the process is told to end. */
  readonly signal: AbortSignal;
}

const HELP_WIDTH = { usual: 100, most: 120 } as const;

/** Does what the arguments say, and resolves with the exit code. Never rejects. */
export async function run(argv: readonly string[], process: CliProcess): Promise<ExitCode> {
  const output = new Output(process, argv.includes('--json'));
  let exitCode: ExitCode = EXIT.ok;
  try {
    await new Program({
      argv,
      commands: COMMANDS,
      version: packageVersion(),
      width: Math.min(process.stdout.columns ?? HELP_WIDTH.usual, HELP_WIDTH.most),
      execute: async (command, args) => {
        exitCode = await execute(command, args, { output, process });
      },
    }).parse();
    return exitCode;
  } catch (error) {
    return report(error, output);
  }
}

async function execute(
  command: Command,
  args: unknown,
  { output, process }: { output: Output; process: CliProcess },
): Promise<ExitCode> {
  const repeated = repeatedFaults(command, args);
  const faults = repeated.length > 0 ? repeated : command.faults(args);
  if (faults.length > 0) throw usageError(faults);
  const { env, signal } = process;
  const context = new Context({ output, terminal: new Terminal(process), signal, env });
  try {
    const running = command.run(args, context);
    const exitCode = await (command.endsByItself ? running : Promise.race([running, aborted(signal)]));
    return interruptionOf(signal)?.exitCode ?? exitCode ?? EXIT.ok;
  } catch (error) {
    const interruption = interruptionOf(signal);
    // A command that has something to say of its interruption has made an error of it.
    const exitCode = error === interruption ? EXIT.interrupted : report(error, output);
    return interruption?.exitCode ?? exitCode;
  } finally {
    await context.close();
  }
}

/** Resolves when the process is told to end. */
function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

function interruptionOf({ aborted, reason }: AbortSignal): Interruption | undefined {
  return aborted && reason instanceof Interruption ? reason : undefined;
}

function report(error: unknown, output: Output): ExitCode {
  const failure = toFailure(error);
  output.error(failureLines(failure, output.isJson));
  return exitCodeOf(failure);
}
