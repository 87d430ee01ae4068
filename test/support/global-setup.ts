import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { isEventTopicError } from '../../src/common/errors.ts';
import { startTemporalDevServer, startTimeSkippingServer } from '../../src/testing/index.ts';
import {
  devServer,
  findExecutable,
  thisMachine,
  timeSkippingServer,
} from '../../src/testing/servers/executables.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the workflows' bundle, built from the sources once per test run. */
    workflowBundle: string;
  }
}

/** Vitest loads this module once for each project that needs it; the bundle is the same. */
const BUNDLE = Symbol.for('temporal-event-topic test bundle');

/** Runs once for each project, before the processes that run the test files. Returns what cleans up after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  forgetTemporalConnection();
  await fetchServers().catch((error: unknown) => {
    throw isEventTopicError(error) ? messageOnly(error) : error;
  });
  const folder = await mkdtemp(join(tmpdir(), 'event-topic-test-'));
  const codePath = join(folder, 'workflows.js');
  const shared = globalThis as { [BUNDLE]?: Promise<string> };
  shared[BUNDLE] ??= bundleWorkflows();
  await writeFile(codePath, await shared[BUNDLE]);
  project.provide('workflowBundle', codePath);
  return () => rm(folder, { recursive: true, force: true });
}

async function bundleWorkflows(): Promise<string> {
  const workflowsPath = join(import.meta.dirname, '../../src/workflows/own-worker.ts');
  const logger = { ...console, trace() {}, debug() {}, info() {}, log() {} };
  return (await bundleWorkflowCode({ workflowsPath, preloadModules: [workflowsPath], logger })).code;
}

/** A developer's own Temporal (address, API key, …) is no business of the tests. */
function forgetTemporalConnection(): void {
  const kept = [devServer.variable, timeSkippingServer.variable] as string[];
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('TEMPORAL_') && !kept.includes(name)) delete process.env[name];
  }
}

/** Fetches missing servers here, so that test files running at the same time do not each download one. */
async function fetchServers(): Promise<void> {
  const machine = thisMachine();
  const servers = [
    { executable: devServer, start: startTemporalDevServer },
    { executable: timeSkippingServer, start: startTimeSkippingServer },
  ];
  for (const { executable, start } of servers) {
    if ('path' in (await findExecutable(executable, machine))) continue;
    await (await start()).teardown();
  }
}

/** Vitest prints every cause with its stack; the message already says all that helps. */
function messageOnly({ message }: Error): Error {
  const error = new Error(message);
  error.stack = String(error);
  return error;
}
