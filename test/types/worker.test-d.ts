import { describe, expectTypeOf, it } from 'vitest';
import type {
  EventPublisher,
  InMemoryPublisher,
  SnsFifoPublisher,
  SnsPublisher,
} from '../../src/activities/index.ts';
import { createEventTopicWorker, EventTopicPlugin, type EventTopicWorkerOptions } from '../../src/worker.ts';
import { Customer } from '../support/messages.ts';

declare const publisher: InMemoryPublisher;

describe('the topics of a worker', () => {
  it('are given by name or by definition', () => {
    const create = async (): Promise<void> => {
      await createEventTopicWorker({ topics: [{ topic: 'Customer', publisher }] });
      await createEventTopicWorker({ topics: [{ topic: Customer, publisher }] });
      new EventTopicPlugin({ topics: [{ topic: Customer, publisher }] });
    };
    expectTypeOf(create).toBeFunction();
  });

  it('do not compile without a publisher, or as plain names', () => {
    const create = async (): Promise<void> => {
      // @ts-expect-error where to publish is missing
      await createEventTopicWorker({ topics: [{ topic: 'Customer' }] });
      // @ts-expect-error where to publish is missing
      await createEventTopicWorker({ topics: ['Customer'] });
      // @ts-expect-error not an EventPublisher
      await createEventTopicWorker({ topics: [{ topic: 'Customer', publisher: 'arn:aws:sns' }] });
      // @ts-expect-error the topics are missing
      await createEventTopicWorker({});
    };
    expectTypeOf(create).toBeFunction();
  });

  it('may let events of one aggregate share a batch', () => {
    const create = (): void => {
      new EventTopicPlugin({ topics: [{ topic: Customer, publisher, sameAggregateBatching: true }] });
      // @ts-expect-error yes or no
      new EventTopicPlugin({ topics: [{ topic: Customer, publisher, sameAggregateBatching: 10 }] });
    };
    expectTypeOf(create).toBeFunction();
  });

  it('cannot be changed by the worker', () => {
    expectTypeOf<EventTopicWorkerOptions['topics']>().not.toExtend<unknown[]>();
  });
});

describe('the options of a worker', () => {
  it("are Temporal's own, but for those that this package sets", () => {
    expectTypeOf<EventTopicWorkerOptions>().toHaveProperty('maxConcurrentActivityTaskExecutions');
    expectTypeOf<EventTopicWorkerOptions>().not.toHaveProperty('activities');
    expectTypeOf<EventTopicWorkerOptions>().not.toHaveProperty('workflowsPath');
    expectTypeOf<EventTopicWorkerOptions>().not.toHaveProperty('workflowBundle');
    expectTypeOf<EventTopicWorkerOptions['taskQueue']>().toEqualTypeOf<string | undefined>();
  });
});

describe('the publishers of the package', () => {
  it('implement the port', () => {
    expectTypeOf<SnsFifoPublisher>().toExtend<EventPublisher>();
    expectTypeOf<SnsPublisher>().toExtend<EventPublisher>();
    expectTypeOf<InMemoryPublisher>().toExtend<EventPublisher>();
  });
});
