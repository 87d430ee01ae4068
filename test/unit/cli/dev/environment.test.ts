import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { variablesOf, writeEnvFile } from '../../../../src/cli/dev/environment.ts';

const variables = variablesOf(
  { address: '127.0.0.1:7233', namespace: 'default', endpoint: 'http://127.0.0.1:4566' },
  {
    topics: { Customer: 'arn:aws:sns:us-east-1:000000000000:CustomerEventTopic.fifo' },
    collectors: {
      CustomerReadModel: { topics: ['Customer'], queueUrl: 'http://q', deadLetterQueueUrl: 'http://d' },
    },
  },
);

it('names the URL of each queue', () => {
  expect(variables).toMatchObject({
    CUSTOMER_READ_MODEL_QUEUE_URL: 'http://q',
    TEMPORAL_ADDRESS: '127.0.0.1:7233',
  });
});

it('writes a file that a shell and Node read alike', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-topic-env-'));
  const path = join(folder, 'dev.env');
  await writeEnvFile(path, variables);
  const print = 'console.log(JSON.stringify(process.env))';
  const shell = execFileSync('sh', ['-c', `set -a; . ${path}; "$0" -e '${print}'`, process.execPath], {
    env: {},
  });
  const node = execFileSync(process.execPath, [`--env-file=${path}`, '-e', print], { env: {} });
  expect(JSON.parse(shell.toString())).toMatchObject(variables);
  expect(JSON.parse(node.toString())).toMatchObject(variables);
  rmSync(folder, { recursive: true });
});

it('says which file cannot be written', async () => {
  await expect(writeEnvFile('/nowhere/dev.env', variables)).rejects.toMatchObject({
    code: 'INVALID_ENVIRONMENT',
    details: { path: '/nowhere/dev.env' },
  });
});
