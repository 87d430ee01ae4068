import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { Layout } from '../../../../src/client/publish/layout.ts';
import { LAYOUT_WORKFLOW } from '../../../../src/common/names.ts';

const RECORD = 'event-topic-layout/Customer';

/** The part of Temporal by which a layout is checked: what is recorded, and which publishers are open. */
class Temporal {
  readonly open: string[] = [];
  readonly queries: string[] = [];
  readonly started: object[] = [];
  reads = 0;
  /** Status and number of partitions of the record. */
  record: { readonly status: string; readonly partitions?: number } | undefined;
  /** Called instead of reading the record. */
  beforeRead: () => void = () => undefined;
  beforeStart: () => void = () => undefined;

  get client(): Client {
    const getHandle = (workflowId: string): object => ({ describe: async () => this.#describe(workflowId) });
    const start = async (type: string, options: StartOptions): Promise<void> => this.#start(type, options);
    const list = ({ query }: { readonly query: string }): AsyncGenerator<object> => this.#list(query);
    return { workflow: { getHandle, start, list } } as unknown as Client;
  }

  layout(partitions: number | undefined): Layout {
    return new Layout({ name: 'Customer', partitions }, { client: this.client, taskQueue: 'publishers' });
  }

  #describe(workflowId: string): object {
    this.reads += 1;
    this.beforeRead();
    if (workflowId !== RECORD || this.record === undefined)
      throw new WorkflowNotFoundError('workflow not found', workflowId, undefined);
    const { status, partitions } = this.record;
    return { status: { name: status }, memo: { eventTopicPartitions: partitions } };
  }

  #start(type: string, options: StartOptions): void {
    this.beforeStart();
    const { workflowId, memo } = options;
    if (this.record?.status === 'RUNNING')
      throw new WorkflowExecutionAlreadyStartedError('already started', workflowId, type);
    this.started.push({ type, ...options });
    this.record = { status: 'RUNNING', partitions: memo.eventTopicPartitions };
  }

  async *#list(query: string): AsyncGenerator<object> {
    this.queries.push(query);
    for (const workflowId of this.open) yield { workflowId };
  }
}

interface StartOptions {
  readonly workflowId: string;
  readonly memo: { readonly eventTopicPartitions: number };
}

describe('the first client of a topic with partitions', () => {
  it('records their number', async () => {
    const temporal = new Temporal();
    await temporal.layout(4).check();
    expect(temporal.started).toEqual([
      {
        type: LAYOUT_WORKFLOW,
        workflowId: RECORD,
        taskQueue: 'publishers',
        memo: { eventTopicPartitions: 4 },
        staticSummary: 'Customer has 4 partitions',
      },
    ]);
  });

  it('records it again when the record has been ended', async () => {
    const temporal = new Temporal();
    temporal.record = { status: 'TERMINATED', partitions: 3 };
    await temporal.layout(4).check();
    expect(temporal.started).toHaveLength(1);
  });

  it('records it also while publishers of this very number are open: their record may have been lost', async () => {
    const temporal = new Temporal();
    temporal.open.push('event-topic-partition/Customer/0-of-4', 'event-topic-partition/Customer/3-of-4');
    await temporal.layout(4).check();
    expect(temporal.started).toHaveLength(1);
  });

  it.each([
    ['a publisher of one aggregate', 'event-topic/Customer/C-1'],
    ['an aggregate whose id ends like a partition', 'event-topic/Customer/0-of-4'],
    ['a partition of another number', 'event-topic-partition/Customer/0-of-3'],
    ['a partition of a number that ends alike', 'event-topic-partition/Customer/0-of-14'],
  ])('is refused while %s is open, and records nothing', async (_which, open) => {
    const temporal = new Temporal();
    temporal.open.push('event-topic-partition/Customer/1-of-4', open);
    await expect(temporal.layout(4).check()).rejects.toMatchObject({
      code: 'PARTITIONS_CHANGED',
      details: { topic: 'Customer', partitions: 4, open },
      message: expect.stringContaining('docs/guides/partitions.md'),
    });
    expect(temporal.started).toEqual([]);
  });

  it("asks for this topic's open publishers, and for no other workflow", async () => {
    const temporal = new Temporal();
    await temporal.layout(4).check();
    expect(temporal.queries).toEqual([
      "WorkflowType = 'eventTopicPublisher' AND ExecutionStatus = 'Running' AND (WorkflowId STARTS_WITH " +
        "'event-topic/Customer/' OR WorkflowId STARTS_WITH 'event-topic-partition/Customer/')",
    ]);
  });
});

describe('a client', () => {
  it.each([4, undefined])(
    'with the number that is recorded (%s) neither lists nor records',
    async (number) => {
      const temporal = new Temporal();
      if (number) temporal.record = { status: 'RUNNING', partitions: number };
      await temporal.layout(number).check();
      expect([temporal.queries, temporal.started]).toEqual([[], []]);
    },
  );

  it.each([
    [4, 3],
    ['none', undefined],
  ])('with another number (%s) is refused, and told both', async (partitions, number) => {
    const temporal = new Temporal();
    temporal.record = { status: 'RUNNING', partitions: 5 };
    await expect(temporal.layout(number).check()).rejects.toMatchObject({
      code: 'PARTITIONS_CHANGED',
      details: { topic: 'Customer', partitions: number ?? partitions, recorded: 5 },
    });
  });

  it('whose record is another client’s, that was quicker, goes on when the number is the same', async () => {
    const temporal = new Temporal();
    temporal.beforeStart = () => {
      temporal.record = { status: 'RUNNING', partitions: 4 };
    };
    await temporal.layout(4).check();
    expect(temporal.started).toEqual([]);
  });

  it('is refused when the one that was quicker has another number', async () => {
    const temporal = new Temporal();
    temporal.beforeStart = () => {
      temporal.record = { status: 'RUNNING', partitions: 5 };
    };
    await expect(temporal.layout(4).check()).rejects.toMatchObject({
      code: 'PARTITIONS_CHANGED',
      details: { recorded: 5 },
    });
  });

  it('fails as Temporal does when a record cannot be written', async () => {
    const temporal = new Temporal();
    const refusal = new Error('permission denied');
    temporal.beforeStart = () => {
      throw refusal;
    };
    await expect(temporal.layout(4).check()).rejects.toBe(refusal);
  });
});

describe('Temporal is asked', () => {
  it('once, however many calls begin at once and later', async () => {
    const temporal = new Temporal();
    temporal.record = { status: 'RUNNING', partitions: 4 };
    const layout = temporal.layout(4);
    await Promise.all([layout.check(), layout.check()]);
    await layout.check();
    expect(temporal.reads).toBe(1);
  });

  it('again after it did not answer, or the number was refused', async () => {
    const temporal = new Temporal();
    const outage = new Error('Temporal does not answer');
    temporal.beforeRead = () => {
      throw outage;
    };
    const layout = temporal.layout(4);
    await expect(layout.check()).rejects.toBe(outage);
    temporal.beforeRead = () => undefined;
    temporal.record = { status: 'RUNNING', partitions: 5 };
    await expect(layout.check()).rejects.toMatchObject({ code: 'PARTITIONS_CHANGED' });
    temporal.record = { status: 'TERMINATED', partitions: 5 };
    await layout.check();
    expect(temporal.reads).toBe(3);
  });
});

describe('a topic that gives its partitions up', () => {
  const ended = { status: 'TERMINATED', partitions: 4 };

  it('is refused while a partition is open', async () => {
    const temporal = new Temporal();
    temporal.record = ended;
    temporal.open.push('event-topic-partition/Customer/0-of-4');
    await expect(temporal.layout(undefined).check()).rejects.toMatchObject({
      code: 'PARTITIONS_CHANGED',
      details: { partitions: 'none', open: 'event-topic-partition/Customer/0-of-4' },
    });
  });

  it('has publishers for each aggregate, and no record', async () => {
    const temporal = new Temporal();
    temporal.record = ended;
    temporal.open.push('event-topic/Customer/1');
    await temporal.layout(undefined).check();
    expect(temporal.started).toEqual([]);
  });
});
