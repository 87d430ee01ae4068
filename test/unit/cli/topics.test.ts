import { describe, expect, it } from 'vitest';
import { selectParked, timeFaults } from '../../../src/cli/operate/select-parked.ts';
import { idsByPartition } from '../../../src/cli/status/topic-status.ts';
import { topicOf } from '../../../src/cli/topics/ids.ts';
import { loadSpec } from '../../../src/cli/topics/load-spec.ts';
import {
  layoutWorkflowId,
  partitionOf,
  partitionWorkflowId,
  publisherWorkflowId,
  relayWorkflowId,
} from '../../../src/common/ids.ts';

describe('a topic', () => {
  it.each([
    publisherWorkflowId('Customer', 'a/b'),
    partitionWorkflowId('Customer', { index: 1, count: 2 }),
    layoutWorkflowId('Customer'),
    relayWorkflowId('Customer'),
  ])('is known by the workflow %s', (workflowId) => {
    expect(topicOf(workflowId)).toBe('Customer');
  });

  it('is not known by a workflow of somebody else', () => {
    expect(topicOf('my-event-topic/Customer/1')).toBeUndefined();
  });

  it('has an id in each of its partitions by which it is asked for them', () => {
    const ids = idsByPartition(16);
    expect(ids.map((id) => partitionOf(id, 16).index)).toEqual(
      Array.from({ length: 16 }, (_, index) => index),
    );
  });

  it('must be exported by its spec', async () => {
    const spec = 'test/support/messages.ts';
    await expect(loadSpec(spec, 'Order')).rejects.toMatchObject({
      code: 'INVALID_SPEC',
      message: expect.stringContaining('exports no topic Order, but Customer'),
    });
    await expect(loadSpec('/nowhere.js', 'Order')).rejects.toMatchObject({ code: 'INVALID_SPEC' });
  });
});

describe('of what is parked', () => {
  const parked = [
    { id: 'a', code: 'InvalidParameter', since: '2026-01-31T12:00:00.000Z' },
    { id: 'b', code: 'Gap', since: '2026-01-31T13:00:00.000Z' },
  ].map((one) => ({ topic: 'Customer', msgId: one.id, reason: '', publisher: '', ...one }));

  it.each([
    [{}, ['a', 'b']],
    [{ code: ['Gap', 'Other'] }, ['b']],
    [{ since: '2026-01-31T13:00:00Z' }, ['b']],
    [{ before: '2026-01-31T14:00:00+01:00' }, ['a']],
    [{ code: ['Gap'], before: '2026-01-31T13:00:00Z' }, []],
  ])('%j selects %j', (filter, ids) => {
    expect(selectParked(parked, filter).map(({ id }) => id)).toEqual(ids);
  });

  it('a time that is none is refused', () => {
    expect(timeFaults({ since: 'yesterday', before: undefined })).toEqual([
      '--since is an ISO time as 2026-01-31T12:00:00Z, not "yesterday"',
    ]);
  });
});
