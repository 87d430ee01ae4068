import type { Client } from '@temporalio/client';
import { expect, it } from 'vitest';
import { listParked } from '../../../../src/client/operate/parked.ts';
import type { ParkedAggregate } from '../../../../src/common/protocol/parked.ts';
import { InMemoryEventTopic } from '../../../../src/testing/in-memory/in-memory-event-topic.ts';
import { Customer, renames } from '../../../support/customer.ts';

const parkedSince = (id: string, since: string): ParkedAggregate => ({
  topic: 'Customer',
  id,
  msgId: `${id}-1`,
  code: 'InvalidParameter',
  reason: 'bad message',
  since,
  publisher: `event-topic/Customer/${id}`,
});

/** A Temporal that lists workflows with these memos, and keeps what it was asked for. */
function listing(memos: readonly unknown[], queries: string[] = []): Client {
  async function* list({ query }: { readonly query: string }): AsyncGenerator<object> {
    queries.push(query);
    for (const memo of memos) yield { memo };
  }
  return { workflow: { list } } as unknown as Client;
}

it('the longest parked aggregate comes first, in whatever order Temporal lists them', async () => {
  const days = [3, 1, 2].map((day) => parkedSince(`day${day}`, `2026-01-0${day}T12:00:00.000Z`));
  const memos = days.map((eventTopicParked) => ({ eventTopicParked }));
  const parked = await listParked(listing(memos), 'Customer');
  expect(parked.map(({ id }) => id)).toEqual(['day1', 'day2', 'day3']);
  expect(parked[0]).toEqual(parkedSince('day1', '2026-01-01T12:00:00.000Z'));
});

it('a workflow without the memo of a marker is passed over', async () => {
  const one = parkedSince('a', '2026-01-01T12:00:00.000Z');
  const memos = [undefined, {}, { somethingElse: 1 }, { eventTopicParked: one }];
  expect(await listParked(listing(memos), 'Customer')).toEqual([one]);
});

it('only open markers of this very topic are asked for', async () => {
  const queries: string[] = [];
  expect(await listParked(listing([], queries), 'Customer')).toEqual([]);
  expect(queries).toEqual([
    "WorkflowType = 'eventTopicParked' AND ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH 'event-topic-parked/Customer/'",
  ]);
});

it('a list that cannot be had is an error, and not an empty list', async () => {
  const outage = new Error('Temporal does not answer');
  // biome-ignore lint/correctness/useYield: it fails before it yields anything.
  async function* list(): AsyncGenerator<object> {
    throw outage;
  }
  const client = { workflow: { list } } as unknown as Client;
  await expect(listParked(client, 'Customer')).rejects.toBe(outage);
});

it('several aggregates that park at the same instant are all listed', async () => {
  const topic = new InMemoryEventTopic(Customer, { now: () => 0 });
  for (const id of ['a', 'b', 'c']) topic.publisher.refuse(`${id}-1`);
  await topic.publish(['a', 'b', 'fine', 'c'].flatMap((id) => renames(id, 1, 2)));
  await topic.tick();
  const parked = await topic.parked();
  expect(parked.map(({ id, msgId }) => [id, msgId]).sort()).toEqual([
    ['a', 'a-1'],
    ['b', 'b-1'],
    ['c', 'c-1'],
  ]);
});
