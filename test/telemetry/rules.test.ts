import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findPrometheus } from '../../scripts/observability/prometheus.ts';
import { RULES, RULES_TEST } from '../../scripts/observability/rules.ts';

const run = promisify(execFile);
// Two hours of every rule, on a machine that does other things.
const TIMEOUT_MS = 180_000;

/** Undefined where neither PATH nor Debian has one; CI has to have one. */
const found = await findPrometheus('promtool').then(
  (promtool) => ({ promtool, title: 'alerting rules' }),
  (error: Error) => {
    if (process.env['CI']) throw error;
    return { promtool: undefined, title: `alerting rules (not tested: ${error.message})` };
  },
);

describe.skipIf(found.promtool === undefined)(found.title, () => {
  it('are ones that Prometheus takes', async () => {
    expect(await promtool('check', 'rules', RULES)).toMatch(/SUCCESS: \d+ rules found/);
  });

  it(
    'fire when they should, and not before',
    async () => {
      expect(await promtool('test', 'rules', RULES_TEST)).toContain('SUCCESS');
    },
    TIMEOUT_MS,
  );
});

/** What it prints; rejects with that when something is wrong. */
async function promtool(...args: readonly string[]): Promise<string> {
  try {
    return (await run(String(found.promtool), args)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`promtool ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}
