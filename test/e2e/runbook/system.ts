// What all scenarios share: one Temporal server, one emulator of SNS and SQS, one PostgreSQL server, one set of programs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startFauxqs } from 'fauxqs';
import pg from 'pg';
import { type Database, startPostgres } from '../../../examples/postgres-server.ts';
import { startTemporalDevServer } from '../../../src/testing/index.ts';
import { quietRuntime } from '../../support/temporal.ts';
import { type AwsProxy, startAwsProxy } from './aws-proxy.ts';
import { installPrograms } from './shell.ts';

export interface System {
  readonly temporal: TestWorkflowEnvironment;
  readonly aws: AwsProxy;
  readonly pool: pg.Pool;
  readonly database: Database;
  readonly folder: string;
  /** Folder of the programs that the page calls. */
  readonly programs: string;
  stop(): Promise<void>;
}

/** `namespaces`: one of Temporal's for each scenario. */
export async function startSystem(namespaces: readonly string[]): Promise<System> {
  quietRuntime();
  const extraArgs = namespaces.flatMap((namespace) => ['--namespace', namespace]);
  const folder = await mkdtemp(join(tmpdir(), 'event-topic-runbook-'));
  const programs = join(folder, 'bin');
  const [temporal, emulator, postgres] = await Promise.all([
    startTemporalDevServer({ server: { extraArgs } }),
    startFauxqs({ port: 0, logger: false, host: '127.0.0.1' }),
    startPostgres(),
    installPrograms(programs),
  ]);
  const aws = await startAwsProxy(`http://127.0.0.1:${emulator.port}`);
  const pool = new pg.Pool(postgres.database);
  // One that is idle breaks when the server stops.
  pool.on('error', () => undefined);
  return {
    temporal,
    aws,
    pool,
    database: postgres.database,
    folder,
    programs,
    async stop() {
      await aws.close();
      await Promise.all([emulator.stop(), postgres.stop(), temporal.teardown()]);
      await pool.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
