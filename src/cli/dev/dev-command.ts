import { loadPeer } from '../../common/load-peer.ts';
import { DEFAULT_TASK_QUEUE } from '../../common/names.ts';
import { defineCommand } from '../command.ts';
import { usageError } from '../failure.ts';
import type { DevPlan } from './dev-plan.ts';
import { loadTopics } from './load-topics.ts';
import { DEFAULT_TOPIC, planTopology } from './topology.ts';

export const devCommand = defineCommand({
  usage: 'dev',
  summary: 'Run Temporal, SNS and SQS (emulated), topics, queues and a worker on this machine',
  options: {
    topic: {
      type: 'string',
      array: true,
      describe: `Names of topics, as Customer Order. Default: those of --spec, or ${DEFAULT_TOPIC}`,
      group: 'Topics:',
    },
    spec: {
      type: 'string',
      describe: 'Module whose topics (defineEventTopic) are served. Default: none, names are enough',
      group: 'Topics:',
    },
    collector: {
      type: 'string',
      array: true,
      describe:
        'Queues and the topics whose events they get, as ReadModel=Customer,Order. Default: one queue for each topic',
      group: 'Topics:',
    },
    port: { type: 'number', default: 7233, describe: 'Port of Temporal; 0: any free one', group: 'Servers:' },
    'ui-port': {
      type: 'number',
      default: 8233,
      describe: "Port of Temporal's UI; 0: any free one",
      group: 'Servers:',
    },
    'aws-port': {
      type: 'number',
      default: 4566,
      describe: 'Port of SNS, SQS and S3; 0: any free one',
      group: 'Servers:',
    },
    namespace: { type: 'string', default: 'default', describe: 'Namespace of Temporal', group: 'Servers:' },
    'task-queue': {
      type: 'string',
      default: DEFAULT_TASK_QUEUE,
      describe: 'Task queue of the worker',
      group: 'Servers:',
    },
    'db-file': {
      type: 'string',
      describe:
        'File that keeps what Temporal holds. Default: none, it is gone at the end; what is in SNS and SQS always is',
      group: 'Servers:',
    },
    // Not --env-file: Node 20 takes that for its own, also behind the program's name.
    'write-env': {
      type: 'string',
      describe:
        'File to write the environment variables of a second terminal to. Default: none, they are printed',
      group: 'Servers:',
    },
  },
  examples: [
    ['event-topic dev', `A topic ${DEFAULT_TOPIC} with a queue`],
    ['event-topic dev --spec topics.ts --write-env dev.env', 'The topics of your own project'],
    [
      'event-topic dev --topic Customer Order --collector ReadModel=Customer,Order',
      'One queue for both topics',
    ],
  ],
  endsByItself: true,
  async run(args, context) {
    const { runDev } = await loadPeer(PEERS, () => import('./run-dev.ts'));
    await runDev(await readPlan(args), context);
    return undefined;
  },
});

const PEERS = [
  ...['worker', 'workflow', 'activity', 'client', 'envconfig', 'plugin', 'testing'].map(
    (name) => `@temporalio/${name}`,
  ),
  '@aws-sdk/client-sns',
  '@aws-sdk/client-sqs',
  'fauxqs',
].join(' ');

async function readPlan(args: DevArgs): Promise<DevPlan> {
  const definitions = args.spec === undefined ? [] : await loadTopics(args.spec);
  const names =
    args.topic ?? (definitions.length > 0 ? definitions.map(({ name }) => name) : [DEFAULT_TOPIC]);
  const { topology, faults } = planTopology(names, args.collector ?? []);
  if (faults.length > 0) throw usageError(faults);
  const ports = { temporal: args.port, ui: args.uiPort, aws: args.awsPort };
  return { ...args, topology, definitions, ports, envFile: args.writeEnv };
}

interface DevArgs extends Pick<DevPlan, 'namespace' | 'taskQueue' | 'dbFile'> {
  readonly topic?: readonly string[] | undefined;
  readonly spec?: string | undefined;
  readonly collector?: readonly string[] | undefined;
  readonly port: number;
  readonly uiPort: number;
  readonly awsPort: number;
  readonly writeEnv?: string | undefined;
}
