import { EventTopicError } from './errors.ts';

/**
 * Loads optional packages when they are first needed: the rest works without them. Throws `INVALID_ENVIRONMENT` with the command that installs them, and
 * what is wrong inside of one is not hidden.
 */
export async function loadPeer<Loaded>(
  names: string,
  load: () => Promise<Loaded>,
  { install = 'npm install' }: { readonly install?: string } = {},
): Promise<Loaded> {
  try {
    return await load();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new EventTopicError('INVALID_ENVIRONMENT', `${names} cannot be loaded: ${reason}`, {
      action: `Run: ${install} ${names}`,
      cause,
    });
  }
}
