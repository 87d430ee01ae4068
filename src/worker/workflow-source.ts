import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { WorkerOptions } from '@temporalio/worker';
import { here, moduleExtension } from '../here.cts';

/** What decides where a worker takes the publisher workflow from. */
export interface WorkflowSourceOptions extends Partial<WorkerOptions> {
  readonly workflowStackTraces?: boolean | undefined;
}

/** Where a worker takes the publisher workflow from. */
export type WorkflowSource = Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'bundlerOptions'>;

/**
 * The prebuilt bundle, when it fits: built by the installed version of `@temporalio/worker`, and for a worker whose
 * options change nothing inside the bundle. Else the workflow's source, which Temporal bundles when the worker starts.
 */
export function workflowSource(options: WorkflowSourceOptions): WorkflowSource {
  const codePath = join(here, '../..', `workflow-bundle-${installedWorkerVersion()}.js`);
  const prebuiltFits = existsSync(codePath) && !changesBundle(options);
  if (prebuiltFits) return { workflowBundle: { codePath } };
  const entry = options.workflowStackTraces ? 'index' : 'own-worker';
  const workflowsPath = join(here, 'workflows', `${entry}${moduleExtension}`);
  const { preloadModules = [], ...bundlerOptions } = options.bundlerOptions ?? {};
  return {
    workflowsPath,
    // As the prebuilt bundle has it: scripts/build.mjs says why.
    bundlerOptions: { ...bundlerOptions, preloadModules: [...preloadModules, workflowsPath] },
  };
}

function installedWorkerVersion(): string {
  const require = createRequire(join(here, 'package.json'));
  const { version } = require('@temporalio/worker/package.json') as { version: string };
  return version;
}

function changesBundle({
  interceptors,
  dataConverter,
  bundlerOptions,
  plugins,
  workflowStackTraces,
}: WorkflowSourceOptions): boolean {
  return Boolean(
    workflowStackTraces ||
      interceptors?.workflowModules?.length ||
      dataConverter?.payloadConverterPath ||
      dataConverter?.failureConverterPath ||
      bundlerOptions ||
      plugins?.length,
  );
}
