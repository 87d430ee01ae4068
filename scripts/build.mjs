// Builds the package: ESM and CommonJS with types, then the workflow bundle that the worker uses as it is.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';

const require = createRequire(import.meta.url);
const tsc = require.resolve('typescript/bin/tsc');
const dist = resolve(import.meta.dirname, '../dist');

rmSync(dist, { recursive: true, force: true });
for (const project of ['tsconfig.build.json', 'tsconfig.cjs.json']) {
  execFileSync(process.execPath, [tsc, '-p', project], { stdio: 'inherit' });
}
writeFileSync(`${dist}/cjs/package.json`, '{ "type": "commonjs" }\n');
for (const bin of ['worker', 'cli/main']) chmodSync(`${dist}/esm/src/${bin}.js`, 0o755);

// The bundle holds code of @temporalio/worker and fits only that version: its name says which.
const { version } = require('@temporalio/worker/package.json');
const workflows = `${dist}/esm/src/workflows/own-worker.js`;
const { code } = await bundleWorkflowCode({
  workflowsPath: workflows,
  // Its modules are loaded once, not for each workflow: two thirds of a publisher's memory. That asks for modules without state, and for
  // `sideEffects` in package.json, without which webpack leaves the preloading out.
  preloadModules: [workflows],
  logger: { ...console, trace() {}, debug() {}, info() {}, log() {} },
});
writeFileSync(`${dist}/workflow-bundle-${version}.js`, code);
