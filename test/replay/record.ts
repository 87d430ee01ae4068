// Records histories of the publisher workflow: `npx tsx test/replay/record.ts <release>`. Run it when a release changes the
// workflow, and never touch a recorded file again: it stands for runs that are open out there.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { EventPublisher } from '../../src/activities/event-publisher.ts';
import { createPublishActivities } from '../../src/activities/publish-events.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import { PAGE_WORKFLOW } from '../../src/common/names.ts';
import { devServer, findExecutable, thisMachine } from '../../src/testing/executables.ts';
import { startTemporalDevServer } from '../../src/testing/index.ts';
import { Customer, renames } from '../support/customer.ts';
import { refused, ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';

const [release] = process.argv.slice(2);
if (release === undefined) throw new Error('Which release? npx tsx test/replay/record.ts <release>');
const folder = join(import.meta.dirname, 'histories', release);
mkdirSync(folder, { recursive: true });

Runtime.install({ logger: new DefaultLogger('ERROR') });
const env = await startTemporalDevServer();
const found = await findExecutable(devServer, thisMachine());
const cli = 'path' in found ? found.path : 'temporal';
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Publishes as `story` says and writes the history of every run of the aggregate's publisher. */
async function record(
  id: string,
  publisher: EventPublisher,
  story: (topic: EventTopic<typeof Customer.event>) => Promise<void>,
): Promise<void> {
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: id,
    workflowsPath: join(import.meta.dirname, '../../src/workflows/index.ts'),
    activities: createPublishActivities(new Map([['Customer', publisher]])),
  });
  const settings = { lingerMs: 1_500, maxSignalsPerRun: 5 };
  const topic = new EventTopic(Customer, { client: env.client, taskQueue: id, settings });
  await worker.runUntil(story(topic));
  const query = `WorkflowId = '${publisherWorkflowId('Customer', id)}' OR WorkflowType = '${PAGE_WORKFLOW}'`;
  let index = 0;
  for await (const { workflowId, runId } of env.client.workflow.list({ query })) {
    const run = ['-w', workflowId, '-r', runId, '--output', 'json', '--address', env.address];
    const json = execFileSync(cli, ['workflow', 'show', ...run], { encoding: 'utf8', maxBuffer: 2 ** 28 });
    writeFileSync(join(folder, `${id}-${index++}.json`), withoutMachine(json));
  }
}

/** Stack traces and identities name the recording machine, and replay does not look at them. */
function withoutMachine(json: string): string {
  const isOfMachine = (key: string): boolean => key === 'stackTrace' || key === 'identity';
  return JSON.stringify(
    JSON.parse(json, (key, value) => (isOfMachine(key) ? undefined : value)),
    null,
    1,
  );
}

let isDown = true;
const flaky = new ScriptedPublisher((msgId) => (msgId === 'outage-2' && isDown ? throttled : undefined));
await record('outage', flaky, async (topic) => {
  await topic.publish(renames('outage', 1, 3));
  for (const message of renames('outage', 2, 12)) await topic.publish([message]);
  await sleep(1_500);
  isDown = false;
  await sleep(5_000);
});

let isCured = false;
const strict = new ScriptedPublisher((msgId) => (msgId === 'parked-2' && !isCured ? refused : undefined));
await record('parked', strict, async (topic) => {
  await topic.publish(renames('parked', 1, 3));
  await sleep(500);
  await topic.publish(renames('parked', 4, 4));
  isCured = true;
  await topic.retry('parked', { actor: 'ada', reason: 'cured' });
  await sleep(3_000);
});

let isBacklogDown = true;
const piledUp = new ScriptedPublisher(() => (isBacklogDown ? throttled : undefined));
await record('paged', piledUp, async (topic) => {
  const name = 'x'.repeat(60_000);
  for (const message of renames('paged', 1, 9))
    await topic.publish([{ ...message, event: { type: 'NameChanged', name } }]);
  await sleep(1_000);
  isBacklogDown = false;
  await sleep(6_000);
});

await env.teardown();
