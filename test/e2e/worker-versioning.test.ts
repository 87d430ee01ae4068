import { join } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import type { WorkerDeploymentOptions } from '@temporalio/worker';
import { afterAll, describe, expect, it } from 'vitest';
import { SnsFifoPublisher } from '../../src/activities/publishers/sns-fifo-publisher.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import { createEventTopicWorker } from '../../src/worker.ts';
import { Customer, renamed } from '../support/customer.ts';
import { useProvisionedEmulator } from '../support/provisioned-emulator.ts';
import { until } from '../support/publisher-worker.ts';
import { type RunningProcess, runNode } from '../support/run-process.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const EXECUTABLE = join(import.meta.dirname, '../../dist/esm/src/worker.js');
const deploymentName = 'shop-event-topic-worker';
/** Of `VersioningBehavior` on the wire. */
const AUTO_UPGRADE = 2;

// #region options
const workerDeploymentOptions: WorkerDeploymentOptions = {
  version: { deploymentName: 'shop', buildId: '0.3.0' },
  useWorkerVersioning: true,
  defaultVersioningBehavior: 'AUTO_UPGRADE',
};
// #endregion options

describe('Worker Versioning', () => {
  const temporal = useTemporalDevServer();
  const emulator = useProvisionedEmulator();
  const workers: RunningProcess[] = [];

  afterAll(() => {
    for (const { child } of workers) child.kill('SIGKILL');
  });

  async function startWorker(buildId?: string): Promise<RunningProcess> {
    const version = { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId };
    const worker = runNode([EXECUTABLE], {
      EVENT_TOPICS: JSON.stringify({ Customer: emulator.eventTopics['Customer'] }),
      TEMPORAL_ADDRESS: temporal.env.address,
      ...(buildId && version),
      AWS_ENDPOINT_URL_SNS: emulator.endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    workers.push(worker);
    await worker.says('"RUNNING"');
    return worker;
  }

  /** As `temporal worker deployment set-current-version` does. */
  async function setCurrent(buildId: string, deployment = deploymentName): Promise<void> {
    const { workflowService } = temporal.env.connection;
    const request = {
      namespace: 'default',
      deploymentName: deployment,
      buildId,
      ignoreMissingTaskQueues: true,
    };
    await until(() =>
      workflowService.setWorkerDeploymentCurrentVersion(request).then(
        () => true,
        // The server has not seen its first poll yet.
        () => false,
      ),
    );
  }

  async function versionOf(workflowId: string): Promise<unknown> {
    const { raw } = await temporal.env.client.workflow.getHandle(workflowId).describe();
    const { behavior, deploymentVersion } = raw.workflowExecutionInfo?.versioningInfo ?? {};
    return {
      behavior,
      buildId: deploymentVersion?.buildId,
      runId: raw.workflowExecutionInfo?.execution?.runId,
    };
  }

  it('moves open publishers to the current version, without a new run', async () => {
    const topic = new EventTopic(Customer, { client: temporal.env.client });
    const unversioned = await startWorker();
    await topic.publish([renamed('C-1', 'm-0')], { waitFor: 'published' });

    const first = await startWorker('0.3.0');
    await setCurrent('0.3.0');
    unversioned.child.kill('SIGTERM');
    expect((await unversioned.finished).code).toBe(0);
    await topic.publish([renamed('C-1', 'm-1')], { waitFor: 'published' });
    const before = await versionOf('event-topic/Customer/C-1');
    expect(before).toMatchObject({ behavior: AUTO_UPGRADE, buildId: '0.3.0' });

    await startWorker('0.3.1');
    await topic.publish([renamed('C-1', 'm-2')], { waitFor: 'published' });
    expect(await versionOf('event-topic/Customer/C-1')).toEqual(before);

    await setCurrent('0.3.1');
    first.child.kill('SIGTERM');
    expect((await first.finished).code).toBe(0);
    await topic.publish([renamed('C-1', 'm-3')], { waitFor: 'published' });
    expect(await versionOf('event-topic/Customer/C-1')).toEqual({ ...(before as object), buildId: '0.3.1' });
  });

  it('takes a worker of your own', async () => {
    const { nativeConnection: connection } = temporal.env;
    const client = new SNSClient({ endpoint: emulator.endpoint });
    const publisher = new SnsFifoPublisher({ topicArn: emulator.eventTopics['Customer'] ?? '', client });
    const taskQueue = 'own';
    const topics = [{ topic: Customer, publisher }];
    const worker = await createEventTopicWorker({ connection, taskQueue, topics, workerDeploymentOptions });
    await worker.runUntil(async () => {
      await setCurrent('0.3.0', 'shop');
      const topic = new EventTopic(Customer, { client: temporal.env.client, taskQueue });
      await topic.publish([renamed('C-2', 'm-1')], { waitFor: 'published' });
      expect(await versionOf('event-topic/Customer/C-2')).toMatchObject({
        behavior: AUTO_UPGRADE,
        buildId: '0.3.0',
      });
    });
  });
});
