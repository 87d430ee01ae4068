import { createMeta } from '../src/common/meta.ts';
import { nowMs } from './clock.ts';
import type { BenchMessage, Session } from './types.ts';

/** What callers do. */
export interface Load {
  readonly aggregates: number;
  readonly eventsPerAggregate: number;
  /** Events of one aggregate that a call publishes together. */
  readonly eventsPerCall: number;
  /** Calls at the same time. Each caller makes an aggregate's calls one after the other, then takes another aggregate. */
  readonly callers: number;
}

/** When things happened to each message, by msgId: milliseconds of `nowMs`. */
export interface LoadTimes {
  readonly startedAt: number;
  readonly calledAt: ReadonlyMap<string, number>;
  readonly acceptedAt: ReadonlyMap<string, number>;
}

export function eventsOf({ aggregates, eventsPerAggregate }: Load): number {
  return aggregates * eventsPerAggregate;
}

/** Makes all calls; resolves when the last has resolved. */
export async function applyLoad(load: Load, session: Session, prefix = 'aggregate'): Promise<LoadTimes> {
  const lanes = Array.from({ length: load.aggregates }, (_, index) => callsOf(load, `${prefix}-${index}`));
  const calledAt = new Map<string, number>();
  const acceptedAt = new Map<string, number>();
  const accepted = (
    { meta }: BenchMessage,
    { atMs = nowMs() }: { readonly atMs?: number | undefined } = {},
  ): unknown => acceptedAt.set(meta.msgId, atMs);
  const call = async (): Promise<void> => {
    for (let lane = lanes.shift(); lane; lane = lanes.shift()) {
      for (const messages of lane) {
        const now = nowMs();
        for (const { meta } of messages) calledAt.set(meta.msgId, now);
        await session.publish(messages, accepted);
      }
    }
  };
  const startedAt = nowMs();
  await Promise.all(Array.from({ length: load.callers }, call));
  return { startedAt, calledAt, acceptedAt };
}

/** The calls of one aggregate, in order. */
export function callsOf({ eventsPerAggregate, eventsPerCall }: Load, id: string): BenchMessage[][] {
  const messages = Array.from({ length: eventsPerAggregate }, (_, index) => messageOf(id, index + 1));
  return Array.from({ length: Math.ceil(eventsPerAggregate / eventsPerCall) }, (_, index) =>
    messages.slice(index * eventsPerCall, (index + 1) * eventsPerCall),
  );
}

/** An event of a usual size: its SNS message is some 400 bytes. */
export function messageOf(id: string, number: number): BenchMessage {
  const event = { type: 'Renamed', number, name: `The ${number}th name of ${id}` } as const;
  return { id, meta: createMeta({ service: 'bench', user: 'ada', ip: '10.0.0.1' }), event };
}
