import { expect, it } from 'vitest';
import type { PublisherStatus } from '../../../../src/common/protocol/status.ts';
import { describeStatus } from '../../../../src/workflows/state/describe-status.ts';

const status: PublisherStatus = {
  topic: 'Customer',
  id: 'C-1',
  state: 'publishing',
  pending: 3,
  accepted: 7,
  published: 4,
  duplicates: 1,
  conflicts: 0,
  next: 'm-5',
};

it('the status in the UI is one line of ids and counts', () => {
  expect(describeStatus(status)).toBe('**Customer C-1** · publishing · 3 waiting · 4 published');
});

it('a parked event is named with its reason and the way out', () => {
  const parked = {
    msgId: 'm-5',
    code: 'InvalidParameter',
    reason: 'bad message',
    since: '2026-01-31T12:00:00Z',
  };

  expect(describeStatus({ ...status, state: 'parked', parked })).toBe(
    [
      '**Customer C-1** · parked · 3 waiting · 4 published',
      'Parked at message `m-5` since 2026-01-31T12:00:00Z: **InvalidParameter** bad message',
      'Later events of this aggregate wait. Cure the cause and `topic.retry(id, { actor, reason })`, or `replace` it, or `skip` it.',
    ].join('\n\n'),
  );
});

it('a msgId that came with other contents is named, before the parked event', () => {
  const lastConflict = { msgId: 'm-2', at: '2026-01-31T12:00:00.000Z' };
  const parked = {
    msgId: 'm-5',
    code: 'InvalidParameter',
    reason: 'bad message',
    since: '2026-01-31T12:00:00Z',
  };

  expect(
    describeStatus({ ...status, state: 'parked', parked, conflicts: 2, lastConflict }).split('\n\n'),
  ).toEqual([
    '**Customer C-1** · parked · 3 waiting · 4 published',
    '2 repeated msgIds had another content, last `m-2` at 2026-01-31T12:00:00.000Z',
    'Parked at message `m-5` since 2026-01-31T12:00:00Z: **InvalidParameter** bad message',
    expect.stringContaining('Later events of this aggregate wait.'),
  ]);
});
