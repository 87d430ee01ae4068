// Bundles the workflows as the worker of a user would: from an ES module and from a CommonJS module of the user's own.
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const silent = { trace() {}, debug() {}, info() {}, log() {}, warn() {}, error() {} };
for (const file of ['workflows.mjs', 'workflows.cjs']) {
  const workflowsPath = fileURLToPath(new URL(file, import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: silent });
  if (!code.includes('eventTopicPublisher')) throw new Error(`The bundle of ${file} has no publisher in it`);
}
console.log('bundled');
