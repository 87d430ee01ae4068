import type { EventEmitter } from 'node:events';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Leaves time to end what was started: of the signals that would end the process at once, the second one only calls `onSecond`. One Ctrl-C may be two signals,
 * because `npx` hands on what the terminal has sent to the command as well; and Temporal's server would be left running.
 */
export function beTold(process: EventEmitter, onSecond: () => void): void {
  let told = 0;
  for (const name of SIGNALS) {
    const listeners = process.rawListeners(name);
    process.removeAllListeners(name);
    process.on(name, (...args) => {
      told += 1;
      if (told === 2) return onSecond();
      for (const listener of listeners) listener.apply(process, args);
    });
  }
}
