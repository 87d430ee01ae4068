import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { startTemporalDevServer } from 'temporal-event-topic/testing';
import { Child } from './child.ts';
import type { SnsStub, StubBehaviour } from './sns-stub.ts';
import type { Setting, WorkerTuning } from './types.ts';

/** Between a request's arrival at the stub and its answer. */
export const SNS_LATENCY_MS = 15;

/** What the benchmark runs against: a Temporal server and the SNS stub. */
export class Rig {
  readonly stub: Child<SnsStub>;
  readonly #endpoint: string;
  readonly #workflowBundle: string;
  readonly #profileFolder: string | undefined;
  readonly #stops: (() => Promise<unknown>)[] = [];
  #temporal: Awaited<ReturnType<typeof startTemporalDevServer>> | undefined;
  #topics = 0;

  private constructor(stub: Child<SnsStub>, fixed: FixedSetting) {
    this.stub = stub;
    this.#endpoint = fixed.endpoint;
    this.#workflowBundle = fixed.workflowBundle;
    this.#profileFolder = fixed.profileFolder;
  }

  static async start(profileFolder: string | undefined): Promise<Rig> {
    const folder = await mkdtemp(join(tmpdir(), 'event-topic-bench-'));
    const [stub, workflowBundle] = await Promise.all([
      Child.start<SnsStub>('sns-stub.ts'),
      bundleWorkflows(folder),
    ]);
    const rig = new Rig(stub, { endpoint: await stub.ask('endpoint'), workflowBundle, profileFolder });
    rig.#stops.push(
      () => rm(folder, { recursive: true, force: true }),
      () => stub.stop(),
    );
    return rig;
  }

  /** A Temporal server without a past: what earlier rounds left open costs the next ones nothing. */
  async renewTemporal(): Promise<void> {
    await this.#temporal?.teardown();
    this.#temporal = await startTemporalDevServer();
  }

  /** For one run: a topic of its own. */
  newSetting(worker?: WorkerTuning): Setting {
    this.#topics += 1;
    const topic = `Bench${this.#topics}`;
    return {
      topic,
      topicArn: `arn:aws:sns:us-east-1:123456789012:${topic}EventTopic.fifo`,
      endpoint: this.#endpoint,
      temporalAddress: this.#temporal?.address ?? '',
      workflowBundle: this.#workflowBundle,
      profileFolder: this.#profileFolder,
      ...(worker ? { worker } : {}),
    };
  }

  /** How SNS behaves from now on, by default as usual. */
  async behave(behaviour: Partial<StubBehaviour> = {}): Promise<void> {
    await this.stub.ask('behave', { latencyMs: SNS_LATENCY_MS, ...behaviour });
  }

  async temporalVersion(): Promise<string> {
    const info = await this.#temporal?.connection.workflowService.getSystemInfo({});
    return info?.serverVersion ?? 'unknown';
  }

  async stop(): Promise<void> {
    await this.#temporal?.teardown();
    for (const stop of this.#stops) await stop();
  }
}

type FixedSetting = Pick<Setting, 'endpoint' | 'workflowBundle' | 'profileFolder'>;

async function bundleWorkflows(folder: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(import.meta.dirname, 'workflows.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  const path = join(folder, 'workflows.js');
  await writeFile(path, code);
  return path;
}
