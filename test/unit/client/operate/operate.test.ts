import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { Operator } from '../../../../src/common/protocol/operate.ts';
import { notFound, status, topicWith } from './topic-with.ts';

const operator = { actor: 'ada', reason: 'key restored' };

interface UpdateOptions {
  readonly args: readonly [Operator];
  readonly updateId: string;
}

/** A publisher that fails the first updates with these errors, and takes the next one. */
class FailingHandle {
  readonly updates: { readonly name: string; readonly options: UpdateOptions }[] = [];
  readonly #errors: readonly Error[];

  constructor(...errors: readonly Error[]) {
    this.#errors = errors;
  }

  async executeUpdate(name: string, options: unknown): Promise<unknown> {
    const error = this.#errors[this.updates.length];
    this.updates.push({ name, options: options as UpdateOptions });
    if (error) throw error;
    return status;
  }

  get updateIds(): readonly string[] {
    return this.updates.map(({ options }) => options.updateId);
  }
}

const UUID = /^[0-9a-f-]{36}$/;

describe('retry', () => {
  it("tells the aggregate's publisher who operates and why, and returns its status", async () => {
    const handle = new FailingHandle();

    expect(await topicWith(handle).retry('C-1', operator)).toEqual(status);
    expect(handle.updates).toEqual([
      {
        name: 'eventTopicRetry',
        options: {
          args: [{ ...operator, id: 'C-1', operationId: expect.stringMatching(UUID) }],
          updateId: expect.stringMatching(UUID),
        },
      },
    ]);
  });

  it('is another update each time', async () => {
    const handle = new FailingHandle();
    const topic = topicWith(handle);
    await topic.retry('C-1', operator);
    await topic.retry('C-1', operator);

    expect(new Set(handle.updateIds).size).toBe(2);
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

  it('says so when no publisher is open, and does not ask again', async () => {
    const handle = new FailingHandle(notFound);

    await expect(topicWith(handle).retry('C-1', operator)).rejects.toMatchObject({
      code: 'PUBLISHER_NOT_FOUND',
      message:
        'No publisher is open [topic=Customer id=C-1]. Nothing is parked; publish again when an event is missing',
      cause: notFound,
    });
    expect(handle.updates).toHaveLength(1);
  });

  it('says why when the publisher refuses, and does not ask again', async () => {
    const refusal = ApplicationFailure.create({
      type: 'EventTopicOperationRefused',
      message: 'No event of this aggregate is parked',
    });
    const error = new WorkflowUpdateFailedError('Workflow Update failed', refusal);
    const handle = new FailingHandle(error);

    await expect(topicWith(handle).retry('C-1', operator)).rejects.toMatchObject({
      code: 'OPERATION_REFUSED',
      message: 'No event of this aggregate is parked [topic=Customer id=C-1]. Look at status(id) first',
      cause: error,
    });
    expect(handle.updates).toHaveLength(1);
  });

  it('fails when Temporal fails', async () => {
    const error = new Error('14 UNAVAILABLE');
    const handle = new FailingHandle(error);

    await expect(topicWith(handle).retry('C-1', operator)).rejects.toBe(error);
    expect(handle.updates).toHaveLength(1);
  });
});

const closing = new WorkflowNotFoundError(
  'workflow update was aborted by closing workflow',
  'event-topic/Customer/C-1',
  undefined,
);

describe('an update that dies with the run that it reaches', () => {
  const completed = new WorkflowUpdateFailedError(
    'Workflow Update failed',
    ApplicationFailure.create({
      type: 'AcceptedUpdateCompletedWorkflow',
      message: 'Workflow Update failed because the Workflow completed before the Update completed.',
    }),
  );

  it.each([
    ['before it was accepted', closing],
    ['after it was accepted', completed],
  ])('is repeated on the next run with the same id, so that it counts once: %s', async (_when, error) => {
    const handle = new FailingHandle(error, error);

    expect(await topicWith(handle).retry('C-1', operator)).toEqual(status);
    expect(handle.updates).toHaveLength(3);
    expect(new Set(handle.updateIds).size).toBe(1);
    expect(handle.updates.map(({ options }) => options.args)).toEqual(
      Array(3).fill([{ ...operator, id: 'C-1', operationId: handle.updateIds[0] }]),
    );
  });

  it('and finds no next run says that no publisher is open', async () => {
    const handle = new FailingHandle(closing, notFound);

    await expect(topicWith(handle).retry('C-1', operator)).rejects.toMatchObject({
      code: 'PUBLISHER_NOT_FOUND',
      cause: notFound,
    });
    expect(handle.updates).toHaveLength(2);
  });

  it.each([
    ['PUBLISHER_NOT_FOUND', closing],
    ['OPERATION_REFUSED', completed],
  ])('five times is given up: %s', async (code, error) => {
    const handle = new FailingHandle(...Array.from({ length: 19 }, () => error));

    await expect(topicWith(handle).retry('C-1', operator)).rejects.toMatchObject({ code, cause: error });
    expect(handle.updates).toHaveLength(10);
  });
});

describe('pause', () => {
  /** Its publisher closes before these many updates reach it. */
  class ClosingHandle extends FailingHandle {
    opened = 0;

    async signal(): Promise<void> {
      this.opened += 1;
    }

    async describe(): Promise<never> {
      throw notFound;
    }
  }

  it.each([
    ['closes while the update reaches it', closing],
    ['has closed when the update reaches it', notFound],
  ])('opens a publisher again that %s', async (_when, error) => {
    const handle = new ClosingHandle(error, error);

    expect(await topicWith(handle).pause('C-1', operator)).toEqual(status);
    expect([handle.opened, handle.updates.length]).toEqual([3, 3]);
    expect(new Set(handle.updateIds).size).toBe(1);
  });

  it('says that none is open when each closes at once', async () => {
    const handle = new ClosingHandle(...Array<Error>(10).fill(notFound));

    await expect(topicWith(handle).pause('C-1', operator)).rejects.toMatchObject({
      code: 'PUBLISHER_NOT_FOUND',
      cause: notFound,
    });
    expect(handle.opened).toBe(10);
  });
});
