import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../../src/client/event-topic.ts';
import type { PublisherStatus } from '../../../src/common/publisher-protocol.ts';
import { Customer } from '../../support/messages.ts';

const status: PublisherStatus = {
  topic: 'Customer',
  id: 'C-1',
  state: 'publishing',
  pending: 1,
  accepted: 3,
  published: 2,
  duplicates: 0,
  next: 'm-3',
};
const operator = { actor: 'ada', reason: 'key restored' };
const notFound = new WorkflowNotFoundError('no such workflow', 'event-topic/Customer/C-1', undefined);

/** The part of a workflow handle by which EventTopic looks and operates. */
interface FakeHandle {
  describe?(): Promise<unknown>;
  query?(name: string): Promise<unknown>;
  executeUpdate?(name: string, options: unknown): Promise<unknown>;
}

function topicWith(handle: FakeHandle, asked: string[] = []): EventTopic<typeof Customer.event> {
  const getHandle = (workflowId: string): FakeHandle => {
    asked.push(workflowId);
    return handle;
  };
  return new EventTopic(Customer, { client: { workflow: { getHandle } } as unknown as Client });
}

describe('status', () => {
  const description = (name: string, pendingActivities: unknown[] = []) => ({
    status: { name },
    raw: { pendingActivities },
  });

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

  it('names the failure while publishing is tried again', async () => {
    const activity = { attempt: 4, lastFailure: { message: 'Publishing fails for now' } };
    const topic = topicWith({
      query: async () => status,
      describe: async () => description('RUNNING', [activity]),
    });

    expect(await topic.status('C-1')).toEqual({
      ...status,
      open: true,
      retrying: { attempts: 3, reason: 'Publishing fails for now' },
    });
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

describe('retry', () => {
  it("tells the aggregate's publisher who operates and why, and returns its status", async () => {
    const calls: unknown[] = [];
    const executeUpdate = async (name: string, options: unknown) => {
      calls.push({ name, options });
      return status;
    };

    expect(await topicWith({ executeUpdate }).retry('C-1', operator)).toEqual(status);
    expect(calls).toEqual([{ name: 'eventTopicRetry', options: { args: [operator] } }]);
  });

  it.each([
    { actor: '', reason: 'x' },
    { actor: 'ada', reason: '' },
  ])('is refused without actor or reason, before Temporal is asked: %j', async (incomplete) => {
    const asked: string[] = [];

    await expect(topicWith({}, asked).retry('C-1', incomplete)).rejects.toMatchObject({
      code: 'OPERATION_REFUSED',
      message: `Actor and reason are missing [topic=Customer id=C-1 actor=${incomplete.actor} reason=${incomplete.reason}]. Say who operates and why: it is kept in the history`,
    });
    expect(asked).toEqual([]);
  });

  it('says so when no publisher is open', async () => {
    const topic = topicWith({ executeUpdate: () => Promise.reject(notFound) });

    await expect(topic.retry('C-1', operator)).rejects.toMatchObject({
      code: 'PUBLISHER_NOT_FOUND',
      message:
        'No publisher is open [topic=Customer id=C-1]. Nothing is parked; publish again when an event is missing',
      cause: notFound,
    });
  });

  it('says why when the publisher refuses', async () => {
    const refusal = ApplicationFailure.create({ message: 'No event of this aggregate is parked' });
    const error = new WorkflowUpdateFailedError('Workflow Update failed', refusal);
    const topic = topicWith({ executeUpdate: () => Promise.reject(error) });

    await expect(topic.retry('C-1', operator)).rejects.toMatchObject({
      code: 'OPERATION_REFUSED',
      message: 'No event of this aggregate is parked [topic=Customer id=C-1]. Look at status(id) first',
      cause: error,
    });
  });

  it('fails when Temporal fails', async () => {
    const error = new Error('14 UNAVAILABLE');
    const topic = topicWith({ executeUpdate: () => Promise.reject(error) });

    await expect(topic.retry('C-1', operator)).rejects.toBe(error);
  });
});
