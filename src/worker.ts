#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { here, moduleExtension } from './here.cts';

export { EventTopicPlugin, type EventTopicPluginOptions } from './plugin.ts';
export { createEventTopicWorker, type EventTopicWorkerOptions } from './worker/create-worker.ts';
export { HISTOGRAM_BUCKETS } from './worker/histogram-buckets.ts';
export type { RefusedEvents, TopicPublisher } from './worker/topic-activities.ts';

function isExecutable(): boolean {
  const [, script] = process.argv;
  return script !== undefined && realpathSync(script) === join(here, `worker${moduleExtension}`);
}

// Who only imports it loads nothing of the executable.
if (isExecutable()) void import('./worker/executable.ts').then(({ runExecutable }) => runExecutable());
