import type { Output } from '../output/output.ts';
import { toAssignments, type Variables } from './environment.ts';
import type { DevSystem } from './system.ts';

/** What `--json` prints once everything runs. Part of the command line's interface: fields are added, never changed. */
export interface Ready {
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly taskQueue: string;
    readonly ui: string;
  };
  /** Of SNS, SQS and S3. */
  readonly endpoint: string;
  /** ARN by topic name. */
  readonly topics: Readonly<Record<string, string>>;
  readonly collectors: DevSystem['provisioned']['collectors'];
  /** What a program needs to work with all that. */
  readonly env: Variables;
}

export function toReady(system: DevSystem, env: Variables): Ready {
  const { address, namespace, taskQueue, uiUrl: ui, endpoint, provisioned } = system;
  return { temporal: { address, namespace, taskQueue, ui }, endpoint, ...provisioned, env };
}

/** `envFile`: where the variables stand; undefined: nowhere. */
export function printReady(output: Output, ready: Ready, envFile: string | undefined): void {
  const lines = output.isJson ? [''] : readyLines(ready, envFile);
  for (const line of lines) output.item(ready, () => line);
}

function readyLines(ready: Ready, envFile: string | undefined): readonly string[] {
  const { temporal, endpoint, topics, collectors, env } = ready;
  const [topic = ''] = Object.keys(topics);
  return [
    'Ready. Ctrl-C ends everything.',
    '',
    `  Temporal      ${temporal.address}, namespace ${temporal.namespace}`,
    `  Temporal UI   ${temporal.ui}`,
    `  SNS and SQS   ${endpoint}`,
    ...Object.entries(topics).map(([name, arn]) => `  topic         ${name}: ${arn}`),
    ...Object.entries(collectors).map(
      ([name, { topics: from, queueUrl }]) =>
        `  collector     ${name}, of ${from.join(' and ')}: ${queueUrl}`,
    ),
    '',
    'In a second terminal:',
    '',
    ...variableLines(env, envFile).map((line) => `  ${line}`),
    '',
    `  npx event-topic publish ${topic} --file events.jsonl`,
    `  npx event-topic tail ${topic}`,
    `  npx event-topic status ${topic}`,
  ];
}

function variableLines(env: Variables, envFile: string | undefined): readonly string[] {
  if (envFile !== undefined) return [`set -a; . ${envFile.includes('/') ? envFile : `./${envFile}`}; set +a`];
  return toAssignments(env).map((assignment) => `export ${assignment}`);
}
