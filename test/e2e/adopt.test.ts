import { join } from 'node:path';
import { createInboxTables } from 'temporal-event-topic/collector/postgres';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { usePostgres } from '../support/postgres.ts';
import { receiveAll, useProvisionedEmulator } from '../support/provisioned-emulator.ts';
import { type RunningProcess, runNode } from '../support/run-process.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const root = join(import.meta.dirname, '../..');
const example = (name: string): string[] => ['--import', 'tsx', join(root, 'examples/adopt', name)];

describe('what the README shows', () => {
  const temporal = useTemporalDevServer();
  const emulator = useProvisionedEmulator();
  const postgres = usePostgres();
  const running: RunningProcess[] = [];
  afterEach(async () => {
    for (const { child, finished } of running.splice(0)) {
      child.kill('SIGTERM');
      await finished;
    }
  });

  const env = (): Record<string, string> => ({
    TEMPORAL_ADDRESS: temporal.env.address,
    CUSTOMER_TOPIC_ARN: emulator.eventTopics['Customer'] ?? '',
    AWS_ENDPOINT_URL_SNS: emulator.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });

  it.each(['worker.ts', 'own-worker.ts'])('publishes with the worker of %s', async (worker) => {
    running.push(runNode(example(worker), env()));
    const { code, stdout, stderr } = await runNode(example('publish.ts'), env()).finished;
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'accepted c-1\n', stderr: '' });
    const received = await receiveAll(emulator.endpoint, emulator.collectors['ReadModel'] ?? '', 2);
    expect(received.map(({ Body = '' }) => JSON.parse(Body).event.type)).toEqual(['Created', 'NameChanged']);
  });

  it('collects into a read model, with what has run before it', async () => {
    const { pool, config } = postgres;
    await pool.query(`${createInboxTables()}; CREATE TABLE customers (id text PRIMARY KEY, name text)`);
    running.push(runNode(example('worker.ts'), env()));
    running.push(
      runNode(example('collect.ts'), {
        ...env(),
        CUSTOMER_QUEUE_URL: emulator.collectors['ReadModel'] ?? '',
        AWS_ENDPOINT_URL_SQS: emulator.endpoint,
        PGHOST: String(config.host),
        PGPORT: String(config.port),
        PGUSER: String(config.user),
        PGDATABASE: String(config.database),
      }),
    );
    await runNode(example('publish.ts'), env()).finished;
    await vi.waitFor(
      async () => {
        const { rows } = await pool.query('SELECT * FROM customers');
        expect(rows).toEqual([{ id: 'c-1', name: 'Ada L.' }]);
      },
      { timeout: 40_000, interval: 100 },
    );
  });

  it('provisions with the Pulumi program of infra.ts', async () => {
    const script = `
      import { applyProgram } from './infra/local.ts';
      import program from './examples/adopt/infra.ts';
      console.log(JSON.stringify(await applyProgram(program, { endpoint: '${emulator.endpoint}' })));`;
    const { stdout, stderr } = await runNode(['--import', 'tsx', '--input-type=module', '--eval', script])
      .finished;
    expect(stderr).toMatch(/^Not in the emulator: .*aws:iam\/policy:Policy.*\n$/);
    expect(JSON.parse(stdout).eventTopics).toEqual({
      Customer: 'arn:aws:sns:us-east-1:000000000000:CustomerEventTopic.fifo',
    });
  });
});
