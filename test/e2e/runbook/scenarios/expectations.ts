import { expect } from 'vitest';
import type { EventTopic } from '../../../../src/client/event-topic.ts';
import { customers } from '../../../support/customer.ts';
import { until } from '../../../support/publisher-worker.ts';

/** The topic of the page, in its two kinds. */
export const Customer = customers('Customer');
export const PositionedCustomer = customers('Customer', { ordering: 'position' });

export type Topic = EventTopic<(typeof Customer)['event']>;

/** Events that were published once, and nothing that stands still. */
export async function expectIdle(topic: Topic, published: Readonly<Record<string, number>>): Promise<void> {
  for (const [id, count] of Object.entries(published)) {
    await untilWell(() => isIdle(topic, id));
    expect(await topic.status(id)).toMatchObject({ state: 'idle', published: count, pending: 0 });
  }
  await untilWell(async () => (await topic.parked()).length === 0);
}

/** A worker that has just been started does not answer yet. */
async function isIdle(topic: Topic, id: string): Promise<boolean> {
  const status = await topic.status(id).catch(() => undefined);
  return status?.state === 'idle';
}

/** Order holds within an aggregate only. */
export function ofAggregate(msgIds: readonly string[], id: string): readonly string[] {
  return msgIds.filter((msgId) => msgId.startsWith(`${id}/`));
}

export async function untilParked(topic: Topic, count: number): Promise<void> {
  await untilWell(async () => (await topic.parked()).length === count);
}

export async function untilRetrying(topic: Topic, id: string): Promise<void> {
  await untilWell(async () => 'retrying' in (await topic.status(id)));
}

/** A machine that does much else is slow, and nothing is wrong. */
export function untilWell(check: () => Promise<boolean> | boolean): Promise<void> {
  return until(check, 60_000);
}
