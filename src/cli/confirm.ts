import { EventTopicError } from '../common/errors.ts';
import type { CliContext } from './context.ts';

/**
 * Goes on when the user says so: by `--yes`, or by an answer at a terminal. Throws `CONFIRMATION_NEEDED` otherwise; a script never waits for an answer that
 * nobody gives.
 */
export async function confirm(question: string, isYes: boolean, context: CliContext): Promise<void> {
  if (isYes) return;
  const { terminal, output, signal } = context;
  if (!terminal.isInteractive || output.isJson)
    throw needed(`${question} Nobody can be asked here`, 'Give --yes to do it, or run it at a terminal');
  const answer = await terminal.ask(`${question} [y/N] `, signal);
  if (!/^y(es)?$/i.test(answer.trim())) throw needed('It was not confirmed', 'Nothing was done');
}

function needed(fact: string, action: string): EventTopicError {
  return new EventTopicError('CONFIRMATION_NEEDED', fact, { action });
}
