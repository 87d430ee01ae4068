import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runNode } from '../support/run-process.ts';

const MAIN = join(import.meta.dirname, '../../examples/demo/main.ts');

describe('the demo', () => {
  it('passes its own check and ends with the totals as JSON, without a warning', async () => {
    const { code, stdout, stderr } = await runNode(['--import', 'tsx', MAIN, '--json']).finished;
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(result).toMatchObject({
      ok: true,
      aggregates: 7,
      accepted: 49,
      published: 49,
      received: 49,
      collectors: { ReadModel: 49, Notification: 49 },
      readModels: { ReadModel: true },
    });
    // Those of the process that dies between commit and publish; on a busy machine a relay may be quicker than another, too.
    expect(result.healed).toBeGreaterThanOrEqual(2);
    expect(stdout).toContain('PASSED');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(result.seconds).toBeLessThan(60);
  }, 120_000);
});
