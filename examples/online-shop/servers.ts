// The servers that the example runs on: all real but for AWS, and all on this machine.
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { startFauxqs } from 'fauxqs';
import pg from 'pg';
import { startTemporalDevServer } from 'temporal-event-topic/testing';
import { startPostgres } from '../postgres-server.ts';

/** Told how to end what has been started. */
export type OnStarted = (stop: () => unknown) => void;

export type Servers = Awaited<ReturnType<typeof startServers>>;

export async function startServers(onStarted: OnStarted) {
  quiet();
  const [temporal, emulator, postgres] = await Promise.all([
    startTemporalDevServer().then((server) => {
      onStarted(() => server.teardown());
      return server;
    }),
    startFauxqs({ port: 0, logger: false, host: '127.0.0.1' }).then((server) => {
      onStarted(() => server.stop());
      return server;
    }),
    startPostgres().then((server) => {
      onStarted(() => server.stop());
      return server;
    }),
  ]);
  const endpoint = `http://127.0.0.1:${emulator.port}`;
  // Credentials that no AWS accepts: nothing here leaves this machine.
  const aws = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const open = (database: string): pg.Pool => {
    const pool = new pg.Pool({ ...postgres.database, database });
    onStarted(() => pool.end());
    return pool;
  };
  return {
    endpoint,
    client: temporal.client,
    connection: temporal.nativeConnection,
    sns: new SNSClient(aws),
    sqs: new SQSClient(aws),
    /** Makes a database, each plugin its own. */
    async createDatabase(name: string): Promise<pg.Pool> {
      const server = new pg.Client(postgres.database);
      await server.connect();
      await server.query(`CREATE DATABASE ${name}`);
      await server.end();
      return open(name);
    },
  };
}

/** Only the example itself speaks. */
function quiet(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter } },
    // Else a signal ends the workers before anybody asks.
    shutdownSignals: [],
  });
}
