// Runs `pulumi preview` for the programs of this repository, with a state of its own that is thrown away. It needs the Pulumi CLI and AWS
// credentials, and creates nothing. plugin-b of examples/cross-plugin is not among them: it asks for the outputs of a deployed plugin-a.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const STACK = 'preview-check';

/** Folder, and the stack's configuration as YAML. */
const PROGRAMS = [
  ['infra', stackConfig({})],
  ['infra', readFileSync('infra/Pulumi.example.yaml', 'utf8')],
  [
    'examples/deploy',
    stackConfig({
      'customer-events:image': '123456789012.dkr.ecr.eu-central-1.amazonaws.com/event-topic-worker:0.2.0',
      'customer-events:temporalAddress': 'eu-central-1.aws.api.temporal.io:7233',
      'customer-events:temporalNamespace': 'shop.a1b2c',
      'customer-events:apiKeySecretArn':
        'arn:aws:secretsmanager:eu-central-1:123456789012:secret:temporal-api-key-a1B2c3',
      'customer-events:vpcId': 'vpc-0123456789abcdef0',
      'customer-events:subnets': ['subnet-0a1', 'subnet-0b2'],
    }),
  ],
  ['examples/cross-plugin/plugin-a', stackConfig({ 'plugin-a:subscriberAccounts': ['444455556666'] })],
];

const state = mkdtempSync(join(tmpdir(), 'event-topic-preview-'));
const env = {
  ...process.env,
  PULUMI_BACKEND_URL: `file://${state}`,
  PULUMI_CONFIG_PASSPHRASE: STACK,
  PULUMI_SKIP_UPDATE_CHECK: 'true',
};

try {
  for (const [folder, config] of PROGRAMS) preview(folder, config);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(state, { recursive: true, force: true });
}

/** JSON is YAML. */
function stackConfig(config) {
  return `config: ${JSON.stringify({ 'aws:region': 'eu-central-1', ...config })}\n`;
}

function preview(folder, config) {
  const file = join(folder, `Pulumi.${STACK}.yaml`);
  try {
    pulumi(folder, 'stack', 'init', STACK);
    appendFileSync(file, config);
    pulumi(folder, 'preview', '--non-interactive');
    pulumi(folder, 'stack', 'rm', '--yes', STACK);
  } finally {
    rmSync(file, { force: true });
  }
}

function pulumi(folder, ...args) {
  const { error, status } = spawnSync('pulumi', ['--cwd', folder, ...args], { env, stdio: 'inherit' });
  if (error?.code === 'ENOENT')
    throw new Error('There is no Pulumi CLI on the PATH: https://www.pulumi.com/docs/install/');
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`pulumi ${args.join(' ')} failed in ${folder} [status=${status}]`);
}
