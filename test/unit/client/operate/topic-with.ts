import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { EventTopic } from '../../../../src/client/event-topic.ts';
import type { PublisherStatus } from '../../../../src/common/protocol/status.ts';
import { Customer } from '../../../support/messages.ts';

export const status: PublisherStatus = {
  topic: 'Customer',
  id: 'C-1',
  state: 'publishing',
  pending: 1,
  accepted: 3,
  published: 2,
  duplicates: 0,
  conflicts: 0,
  next: 'm-3',
};

export const notFound = new WorkflowNotFoundError('no such workflow', 'event-topic/Customer/C-1', undefined);

/** The part of a workflow handle by which EventTopic looks and operates. */
export interface FakeHandle {
  describe?(): Promise<unknown>;
  query?(name: string): Promise<unknown>;
  executeUpdate?(name: string, options: unknown): Promise<unknown>;
  /** A publish signal, which opens the publisher. */
  signal?(): Promise<void>;
}

/** A topic whose publishers all answer by this handle; `asked` gets their workflow ids. */
export function topicWith(handle: FakeHandle, asked: string[] = []): EventTopic<typeof Customer.event> {
  const getHandle = (workflowId: string): FakeHandle => {
    asked.push(workflowId);
    return handle;
  };
  const signalWithStart = async (): Promise<void> => handle.signal?.();
  // Publishers of the topic have no other layout.
  const list = async function* (): AsyncGenerator<never> {};
  const client = { workflow: { getHandle, signalWithStart, list } };
  return new EventTopic(Customer, { client: client as unknown as Client });
}
