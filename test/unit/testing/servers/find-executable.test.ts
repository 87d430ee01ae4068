import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { isEventTopicError } from '../../../../src/common/errors.ts';
import { cachedExecutable, devServer, findExecutable } from '../../../../src/testing/servers/executables.ts';
import { executable, fakeMachine } from './fake-machine.ts';

test('the environment variable goes before PATH and cache', async () => {
  const machine = fakeMachine();
  executable(join(machine.bin, 'temporal'));
  executable(machine.cached);
  const named = executable(join(machine.home, 'my-temporal'));

  const found = await findExecutable(devServer, machine.with({ TEMPORAL_CLI_PATH: named }));

  expect(found).toEqual({ path: named });
});

test('PATH goes before the cache', async () => {
  const machine = fakeMachine();
  const onPath = executable(join(machine.bin, 'temporal'));
  executable(machine.cached);

  expect(await findExecutable(devServer, machine)).toEqual({ path: onPath });
});

test('on PATH, folders and files that cannot be run are passed over', async () => {
  const machine = fakeMachine();
  const [folder, plain, good] = ['a', 'b', 'c'].map((name) => join(machine.home, name, 'temporal')) as [
    string,
    string,
    string,
  ];
  mkdirSync(folder, { recursive: true });
  executable(plain, '', 0o644);
  executable(good);

  const PATH = ['', ...[folder, plain, good].map(dirname)].join(':');

  expect(await findExecutable(devServer, machine.with({ PATH }))).toEqual({ path: good });
});

test('the cache is used when PATH has none', async () => {
  const machine = fakeMachine();
  executable(machine.cached);

  expect(await findExecutable(devServer, machine)).toEqual({ path: machine.cached });
});

test('with nothing there, every place is named with its reason', async () => {
  const machine = fakeMachine();

  expect(await findExecutable(devServer, machine)).toEqual({
    tried: [
      'TEMPORAL_CLI_PATH: not set',
      'PATH: has no executable named temporal',
      `cache: ${machine.cached} does not exist`,
    ],
  });
});

test.each([
  ['does not exist', (path: string) => path],
  ['is not a file', (path: string) => dirname(path)],
  ['is not executable', (path: string) => executable(path, '', 0o644)],
])('an environment variable whose path %s is an error, whatever else is there', async (fault, pathTo) => {
  const machine = fakeMachine();
  executable(join(machine.bin, 'temporal'));
  const named = pathTo(join(machine.home, 'my-temporal'));

  const error = await findExecutable(devServer, machine.with({ TEMPORAL_CLI_PATH: named })).catch(
    (failure: unknown) => failure,
  );

  expect(isEventTopicError(error, 'TEMPORAL_SERVER_UNAVAILABLE')).toBe(true);
  expect(String(error)).toContain(`The path in TEMPORAL_CLI_PATH ${fault} [path=${named}]`);
});

test.each([
  ['linux', {}, '/home/me/.cache'],
  ['linux', { XDG_CACHE_HOME: '/var/xdg' }, '/var/xdg'],
  ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/me/.cache'],
  ['darwin', {}, '/home/me/Library/Caches'],
  ['win32', { LOCALAPPDATA: '/local' }, '/local'],
] as const)('on %s with %j the cache is in %s', (platform, env, folder) => {
  const machine = { env, platform, home: '/home/me', report: () => {} };

  const file = platform === 'win32' ? 'temporal.exe' : 'temporal';
  expect(cachedExecutable(devServer, machine)).toBe(
    join(folder, 'temporal-event-topic/temporal-1.9.1', file),
  );
});
