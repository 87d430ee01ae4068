import { EventTopicError } from '../../common/errors.ts';

/**
 * Loads optional packages when they are first needed: the rest of the test kit works without them. Throws
 * `INVALID_ENVIRONMENT` with the command that installs them.
 */
export async function loadPeer<Loaded>(names: string, load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EventTopicError('INVALID_ENVIRONMENT', `${names} cannot be loaded: ${reason}`, {
      action: `Run: npm install --save-dev ${names}`,
      cause,
    });
  }
}
