import { EventTopicError } from '../common/errors.ts';

/**
 * Loads an optional package when a command first needs it. Throws `INVALID_ENVIRONMENT` with the command that installs it; what is wrong inside the
 * package is not hidden.
 */
export async function loadPeer<Loaded>(names: string, load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new EventTopicError('INVALID_ENVIRONMENT', `The command needs ${names}: ${reason}`, {
      action: `Run: npm install ${names}`,
      cause,
    });
  }
}
