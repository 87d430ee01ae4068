import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('a process that applies the program prints what the emulator has not, once an apply, and exits by itself', async () => {
  const script = resolve(import.meta.dirname, 'support/apply-and-fail.ts');
  // Rejects unless the exit code is 0.
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], {
    cwd: resolve(import.meta.dirname, '../..'),
  });

  const missing =
    'Not in the emulator: 4 aws:iam/policy:Policy, 2 aws:sqs/queue:Queue.redriveAllowPolicy, 2 aws:sqs/redriveAllowPolicy:RedriveAllowPolicy\n';
  expect(stderr).toBe(missing + missing);
  expect(JSON.parse(stdout)).toEqual({
    first: expect.objectContaining({ eventTopics: expect.anything(), collectors: expect.anything() }),
    failure: 'LocalApplyError',
    second: JSON.parse(stdout).first,
  });
});
