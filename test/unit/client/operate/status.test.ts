import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { notFound, status, topicWith } from './topic-with.ts';

/** What Temporal says of a publisher's workflow. */
const description = (name: string, pendingActivities: unknown[] = []) => ({
  status: { name },
  raw: { pendingActivities },
});

describe('status', () => {
  it("is what the aggregate's publisher says, and whether it is open", async () => {
    const asked: string[] = [];
    const query = async (name: string) => (name === 'eventTopicStatus' ? status : undefined);
    const topic = topicWith({ query, describe: async () => description('RUNNING') }, asked);

    expect(await topic.status('C-1')).toEqual({ ...status, open: true });
    expect(asked).toEqual(['event-topic/Customer/C-1']);
  });

  it('of a publisher that has closed is its last one', async () => {
    const topic = topicWith({ query: async () => status, describe: async () => description('COMPLETED') });

    expect(await topic.status('C-1')).toEqual({ ...status, open: false });
  });

  it('names the failure while publishing is tried again, and since when', async () => {
    const publishingSince = '2026-01-31T12:00:00.000Z';
    const activity = { attempt: 4, lastFailure: { message: 'Publishing fails for now' } };
    const topic = topicWith({
      query: async () => ({ ...status, publishingSince }),
      describe: async () => description('RUNNING', [{ attempt: 1 }, activity]),
    });

    expect(await topic.status('C-1')).toEqual({
      ...status,
      publishingSince,
      open: true,
      retrying: { attempts: 3, since: publishingSince, reason: 'Publishing fails for now' },
    });
  });

  it('names no failure while the first attempt is under way', async () => {
    const topic = topicWith({
      query: async () => status,
      describe: async () => description('RUNNING', [{ attempt: 1 }]),
    });

    expect(await topic.status('C-1')).not.toHaveProperty('retrying');
  });

  it('is unknown when Temporal has no publisher', async () => {
    const topic = topicWith({ describe: () => Promise.reject(notFound) });

    expect(await topic.status('C-1')).toEqual({ topic: 'Customer', id: 'C-1', state: 'unknown' });
  });

  it('fails when Temporal fails', async () => {
    const error = new Error('14 UNAVAILABLE');
    const topic = topicWith({ describe: () => Promise.reject(error) });

    await expect(topic.status('C-1')).rejects.toBe(error);
  });
});

/** What Temporal's client throws for a gRPC status. */
function grpcError(code: number, details: string): Error {
  const cause = Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} });
  expect(isGrpcServiceError(cause)).toBe(true);
  return new ServiceError('Failed to query Workflow', { cause });
}

/** A publisher whose first queries fail; counts them. */
class FailingHandle {
  queries = 0;
  readonly #failures: number;
  readonly #error: Error;

  constructor(failures: number, error: Error) {
    this.#failures = failures;
    this.#error = error;
  }

  async describe(): Promise<unknown> {
    return description('RUNNING');
  }

  async query(): Promise<unknown> {
    this.queries += 1;
    if (this.queries <= this.#failures) throw this.#error;
    return status;
  }
}

describe('while a publisher cannot answer, because its last workflow task failed', () => {
  const FAILED_PRECONDITION = 9;
  const notReady = grpcError(
    FAILED_PRECONDITION,
    'Cannot query workflow due to Workflow Task in failed state',
  );

  /** How long the client slept, in milliseconds: in these tests not really. */
  const slept: number[] = [];

  beforeEach(() => {
    vi.spyOn(timers, 'setTimeout').mockImplementation(async (ms = 0) => {
      slept.push(ms);
      return undefined as never;
    });
    syncBuiltinESMExports();
    slept.length = 0;
  });

  afterEach(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });

  it('it is asked again: one that is just about to close is in that state for a moment', async () => {
    const handle = new FailingHandle(2, notReady);

    expect(await topicWith(handle).status('C-1')).toEqual({ ...status, open: true });
    expect(handle.queries).toBe(3);
    expect(slept).toHaveLength(2);
  });

  it('also when the error comes without a wrapper', async () => {
    const handle = new FailingHandle(1, notReady.cause as Error);

    expect(await topicWith(handle).status('C-1')).toMatchObject({ state: 'publishing' });
    expect(handle.queries).toBe(2);
  });

  it('for ten seconds, the error says what the matter is and where to look', async () => {
    const handle = new FailingHandle(Number.POSITIVE_INFINITY, notReady);

    await expect(topicWith(handle).status('C-1')).rejects.toMatchObject({
      code: 'PUBLISHER_NOT_READY',
      message:
        'The publisher does not answer: Cannot query workflow due to Workflow Task in failed state' +
        " [topic=Customer id=C-1]. Look at the workflow's last task in Temporal's UI; nothing that it accepted is lost",
      cause: notReady,
    });
    expect(handle.queries).toBe(slept.length + 1);
    const seconds = slept.reduce((sum, ms) => sum + ms, 0) / 1_000;
    expect(Math.round(seconds)).toBe(10);
  });

  it.each([
    ['Temporal is unavailable', grpcError(14, 'no connection')],
    ['the query failed in the workflow', new Error('Query failed')],
  ])('other errors are passed on at once: %s', async (_what, error) => {
    const handle = new FailingHandle(1, error);

    await expect(topicWith(handle).status('C-1')).rejects.toBe(error);
    expect(handle.queries).toBe(1);
  });
});
