// A plain worker, with Temporal's defaults.
import { Worker } from '@temporalio/worker';
import { runWorker } from '../worker-process.ts';
import { createActivities } from './activities.ts';

await runWorker((connection, setting) =>
  Worker.create({
    connection,
    taskQueue: setting.taskQueue,
    workflowBundle: { codePath: setting.workflowBundle },
    activities: createActivities(setting),
  }),
);
