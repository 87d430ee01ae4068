import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Client } from '@temporalio/client';
import type pg from 'pg';
import { applyLocally } from '../../../infra/local.ts';
import { SnsFifoPublisher } from '../../../src/activities/publishers/sns-fifo-publisher.ts';
import { EventTopic } from '../../../src/client/event-topic.ts';
import type { PublisherSettings } from '../../../src/common/protocol/publish.ts';
import type { TopicPublisher } from '../../../src/worker/topic-activities.ts';
import type { Customers } from '../../support/customer.ts';
import { createTestWorker } from '../../support/publisher-worker.ts';
import type { Fault } from './aws-proxy.ts';
import { takeEvents } from './queue.ts';
import { type Ran, runScript, type Variables } from './shell.ts';
import type { System } from './system.ts';

const TASK_QUEUE = 'event-topic';
const KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Where a scenario plays. */
export interface Place {
  /** Of Temporal. */
  readonly namespace: string;
  /** Of AWS. */
  readonly region: string;
}

/** A deployment of the topic Customer and its read model that a scenario has for itself. */
export class Stage {
  readonly client: Client;
  readonly sqs: SQSClient;
  readonly topicArn: string;
  readonly queueUrl: string;
  readonly #system: System;
  readonly #place: Place;
  readonly #sns: SNSClient;
  readonly #cwd: string;
  readonly #cleanUps: (() => Promise<unknown>)[] = [];
  /** What commands find in their environment; scenarios may change it. */
  env: Variables;

  private constructor(
    system: System,
    place: Place,
    { topicArn, queueUrl }: { topicArn: string; queueUrl: string },
  ) {
    const { namespace, region } = place;
    const { temporal, aws, database, folder } = system;
    const { endpoint } = aws;
    this.#system = system;
    this.#place = place;
    this.#cwd = join(folder, namespace);
    this.client = new Client({ connection: temporal.connection, namespace });
    this.#sns = new SNSClient({ endpoint, region, credentials: KEYS });
    // By itself the SDK sends requests to the queue's URL.
    this.sqs = new SQSClient({ endpoint, region, credentials: KEYS, useQueueUrlAsEndpoint: false });
    this.topicArn = topicArn;
    this.queueUrl = queueUrl;
    this.env = {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: namespace,
      EVENT_TOPICS: JSON.stringify({ Customer: topicArn }),
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      PGHOST: database.host,
      PGPORT: String(database.port),
      PGUSER: database.user,
      PGDATABASE: database.database,
    };
  }

  static async set(system: System, place: Place): Promise<Stage> {
    await mkdir(join(system.folder, place.namespace));
    const { region } = place;
    const { eventTopics, collectors } = await applyLocally({
      endpoint: system.aws.endpoint,
      region,
      config: { eventTopics: ['Customer'], eventCollectors: ['CustomerReadModel'] },
      log: () => undefined,
    });
    const topicArn = String(eventTopics['Customer']);
    return new Stage(system, place, { topicArn, queueUrl: String(collectors['CustomerReadModel']) });
  }

  /** Where files of the page are. */
  path(name: string): string {
    return join(this.#cwd, name);
  }

  get pool(): pg.Pool {
    return this.#system.pool;
  }

  run(script: string): Promise<Ran> {
    return runScript(script, { programs: this.#system.programs, cwd: this.#cwd, env: this.env });
  }

  /** What SNS does from now on with what is published. */
  sns(fault: Fault | undefined): void {
    if (fault === undefined) this.#system.aws.faults.delete(this.topicArn);
    else this.#system.aws.faults.set(this.topicArn, fault);
  }

  topic(definition: Customers, settings: Partial<PublisherSettings> = {}): EventTopic<Customers['event']> {
    return new EventTopic(definition, { client: this.client, taskQueue: TASK_QUEUE, settings });
  }

  /** In this process, until the scenario is over, or until it is told to stop. */
  async startWorker(
    target: Partial<TopicPublisher> = {},
    topicArn = this.topicArn,
  ): Promise<() => Promise<void>> {
    const publisher = new SnsFifoPublisher({ topicArn, client: this.#sns });
    const worker = await createTestWorker(
      this.#system.temporal,
      { ...target, publisher },
      { taskQueue: TASK_QUEUE, namespace: this.#place.namespace, shutdownGraceTime: '1s' },
    );
    const running = worker.run();
    const stop = async (): Promise<void> => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    };
    this.onEnd(stop);
    return stop;
  }

  /** msgIds of what the read model's queue has got; they are gone from it then. */
  async received(count: number): Promise<readonly string[]> {
    const events = await takeEvents(this.sqs, this.queueUrl, count);
    return events.map(({ meta }) => meta.msgId);
  }

  onEnd(cleanUp: () => Promise<unknown>): void {
    this.#cleanUps.unshift(cleanUp);
  }

  async strike(): Promise<void> {
    for (const pid of await this.#startedWorkers()) kill(pid);
    for (const cleanUp of this.#cleanUps) await cleanUp();
    this.#sns.destroy();
    this.sqs.destroy();
  }

  /** What commands of the page have left running. */
  async #startedWorkers(): Promise<readonly number[]> {
    const pids = await readFile(this.path('worker.pids'), 'utf8').catch(() => '');
    return pids.split('\n').filter(Boolean).map(Number);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
