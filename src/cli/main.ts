#!/usr/bin/env node
import { EXIT } from './exit-codes.ts';
import { Interruption } from './interruption.ts';
import { run } from './run.ts';

/** The first one lets a command say how far it came; the second one ends the process at once. */
function onSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      const interruption = new Interruption(name);
      if (controller.signal.aborted) process.exit(interruption.exitCode);
      controller.abort(interruption);
    });
  return controller.signal;
}

// A reader that has enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.ok);
});

const { stdin, stdout, stderr, env } = process;
void run(process.argv.slice(2), { stdin, stdout, stderr, env, signal: onSignals() }).then((exitCode) => {
  process.exitCode = exitCode;
  // A pipe that nobody ends would keep the process.
  process.stdin.destroy();
});
