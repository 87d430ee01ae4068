// Checks the alerting rules and runs their unit tests, with promtool.
import { spawnSync } from 'node:child_process';
import { findPrometheus } from './prometheus.ts';
import { RULES, RULES_TEST } from './rules.ts';

const promtool = await findPrometheus('promtool');
for (const args of [
  ['check', 'rules', RULES],
  ['test', 'rules', RULES_TEST],
]) {
  const { status, error } = spawnSync(promtool, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exitCode = 1;
}
