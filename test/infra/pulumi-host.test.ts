import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parseYaml, pulumiRun, startFakePulumiEngine } from './support/pulumi-engine.ts';

const infra = resolve(import.meta.dirname, '../../infra');

interface Project {
  readonly name: string;
  readonly main: string;
  readonly runtime: { readonly options: { readonly typescript: boolean; readonly nodeargs: string } };
}

it("the program runs under Pulumi's Node.js host with the options of Pulumi.yaml", async () => {
  const project = parseYaml(await readFile(resolve(infra, 'Pulumi.yaml'), 'utf8')) as Project;
  const { nodeargs, typescript } = project.runtime.options;
  const engine = await startFakePulumiEngine();
  const host = ['--project', project.name, '--stack', 'test', '--pwd', infra];
  const addresses = ['--monitor', engine.address, '--engine', engine.address];
  try {
    // Rejects unless the exit code is 0.
    await promisify(execFile)(
      process.execPath,
      [...nodeargs.split(' '), pulumiRun, ...host, ...addresses, project.main],
      { cwd: infra, env: { ...process.env, PULUMI_NODEJS_TYPESCRIPT: String(typescript) } },
    );
  } finally {
    engine.stop();
  }

  expect(engine.messages).toEqual([]);
  expect(engine.registered).toHaveLength(1 + 2 * 4 + 2 * 9);
  expect(engine.outputs.get(`pulumi:pulumi:Stack ${project.name}-test`)).toEqual({
    eventTopics: { Customer: 'arn of CustomerEventTopic', Order: 'arn of OrderEventTopic' },
    collectors: {
      ReadModel: 'url of ReadModelEventCollector',
      Notification: 'url of NotificationEventCollector',
    },
    publisherPolicyArns: {
      Customer: 'arn of CustomerEventTopicPublisher',
      Order: 'arn of OrderEventTopicPublisher',
    },
    consumerPolicyArns: {
      ReadModel: 'arn of ReadModelEventCollectorConsumer',
      Notification: 'arn of NotificationEventCollectorConsumer',
    },
  });
});
