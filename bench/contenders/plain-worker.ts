import { Child } from '../child.ts';
import type { Setting } from '../types.ts';
import type { WorkerProcess, WorkerSetting } from './worker-process.ts';

/** A worker with Temporal's defaults and the workflows of `workflows.ts`, in a process of its own. */
export function startPlainWorker(setting: Setting, taskQueue: string): Promise<Child<WorkerProcess>> {
  return Child.start<WorkerProcess>('contenders/workflow-per-event/worker.ts', {
    env: { BENCH_WORKER: JSON.stringify({ ...setting, taskQueue } satisfies WorkerSetting) },
    profileFolder: setting.profileFolder,
  });
}
