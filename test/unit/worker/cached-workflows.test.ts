import { describe, expect, it } from 'vitest';
import {
  cachedWorkflowsIn,
  readMaxCachedWorkflows,
} from '../../../src/worker/environment/cached-workflows.ts';

const MB = 1024 * 1024;
const name = 'EVENT_TOPIC_MAX_CACHED_WORKFLOWS';

describe('publishers that a worker keeps in its cache', () => {
  it.each([
    ['128 MB, less than a worker needs anyway', 128, 10],
    ['512 MB', 512, 655],
    ['2 GB', 2_048, 4_495],
    ['64 GB, of which no more is known', 65_536, 20_000],
  ])('are as many as fit into %s', (_what, megabytes, expected) => {
    expect(cachedWorkflowsIn(megabytes * MB)).toBe(expected);
  });

  it('leave half of what is there beyond the worker itself for what busy ones hold', () => {
    const heldMb = cachedWorkflowsIn(1_024 * MB) * 0.2;
    expect(heldMb).toBeLessThanOrEqual((1_024 - 250) / 2);
  });

  it('are what the variable says', () => {
    expect(readMaxCachedWorkflows({ [name]: '300' }, 512 * MB)).toBe(300);
    expect(readMaxCachedWorkflows({ [name]: '0' }, 512 * MB)).toBe(0);
    expect(readMaxCachedWorkflows({ [name]: '' }, 512 * MB)).toBe(655);
  });

  it('by default are as many as this machine, or what constrains this process, can hold', () => {
    expect(readMaxCachedWorkflows({})).toBeGreaterThanOrEqual(10);
    expect(readMaxCachedWorkflows({})).toBeLessThanOrEqual(20_000);
  });

  it.each(['many', '-3', '1.5', '1'])('are not %j', (value) => {
    expect(() => readMaxCachedWorkflows({ [name]: value })).toThrow(
      expect.objectContaining({
        code: 'INVALID_ENVIRONMENT',
        message: expect.stringContaining(`${name} is not a number of workflows`),
      }),
    );
  });
});
