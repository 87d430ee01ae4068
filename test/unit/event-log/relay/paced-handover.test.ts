import type { Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { PublisherStatus } from '../../../../src/common/protocol/status.ts';
import { PacedHandover } from '../../../../src/event-log/relay/paced-handover.ts';
import { FakeTemporal } from '../../../support/fake-temporal.ts';
import { Customer, customerEntries } from '../../../support/messages.ts';

const busy = { workflowId: 'event-topic/Customer/C-1', id: 'C-1' };

/** Whose publishers say this, one after the other; the last one for ever. */
function handoverOf(...statuses: readonly Partial<PublisherStatus>[]) {
  const temporal = new FakeTemporal();
  const { client } = temporal;
  const left = [...statuses];
  const query = async (): Promise<Partial<PublisherStatus> | undefined> =>
    left.length > 1 ? left.shift() : left[0];
  const getHandle = (id: string) => ({ ...client.workflow.getHandle(id), query });
  return new PacedHandover({
    client: { ...client, workflow: { ...client.workflow, getHandle } } as unknown as Client,
    definition: Customer,
    target: { ordering: 'arrival', taskQueue: 'q' },
    limits: { maxMessageBytes: 262_144 },
    maxPending: 100,
  });
}

describe('handing stored events to publishers', () => {
  it('asks a publisher how much waits when it was given much, and not again before it was given as much', async () => {
    const handover = handoverOf();
    await handover.publish({ entries: customerEntries(1, 1_999), uploads: [] });
    expect(handover.toAsk).toBeUndefined();
    await handover.publish({ entries: customerEntries(2_000, 2_000), uploads: [] });
    expect(handover.toAsk).toEqual(busy);
    expect(handover.toAsk).toBeUndefined();
  });

  it('waits until it has worked off enough', async () => {
    const handover = handoverOf({ state: 'publishing', pending: 101 }, { state: 'publishing', pending: 100 });
    expect(await handover.untilWorkedOff(busy, () => true)).toBe(true);
  });

  it('says when it could not wait long enough', async () => {
    const handover = handoverOf({ state: 'publishing', pending: 101 });
    expect(await handover.untilWorkedOff(busy, () => false)).toBe(false);
  });

  it.each([
    { state: 'parked', pending: 1_000 },
    { state: 'paused', pending: 1_000 },
    {
      state: 'publishing',
      pending: 1,
      partition: { index: 0, count: 1, aggregates: 9, pending: 1_000, parked: 1 },
    },
  ] as const)('does not wait for an operator: %j', async (status) => {
    expect(await handoverOf(status).untilWorkedOff(busy, () => false)).toBe(true);
  });
});
