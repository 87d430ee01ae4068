import type { EventMessage } from '../../src/common/message.ts';
import type { Collector } from './collectors.ts';
import type { Streams } from './streams.ts';

/** What is wrong with what one collector received; all 0 in a good run. */
export interface Findings {
  readonly lost: number;
  readonly duplicates: number;
  /** Events received before one that was published earlier. */
  readonly reordered: number;
  /** Messages that nobody published, or not with this content. */
  readonly foreign: number;
}

/** Compares what a collector received of every aggregate with what was published. */
export function checkCollector({ received }: Collector, { byAggregate }: Streams): Findings {
  const aggregates = new Set([...received.keys(), ...byAggregate.keys()]);
  const all = [...aggregates].map((aggregate) =>
    checkAggregate(received.get(aggregate) ?? [], byAggregate.get(aggregate) ?? []),
  );
  const sum = (field: keyof Findings): number => all.reduce((total, findings) => total + findings[field], 0);
  return {
    lost: sum('lost'),
    duplicates: sum('duplicates'),
    reordered: sum('reordered'),
    foreign: sum('foreign'),
  };
}

function checkAggregate(received: readonly string[], published: readonly EventMessage[]): Findings {
  const places = new Map(
    published.map(({ id, meta, event }, index) => [JSON.stringify({ id, meta, event }), index]),
  );
  const known = received.map((body) => places.get(body)).filter((index) => index !== undefined);
  const first = [...new Set(known)];
  return {
    lost: published.length - first.length,
    duplicates: known.length - first.length,
    reordered: first.filter((index, at) => first.slice(0, at).some((earlier) => earlier > index)).length,
    foreign: received.length - known.length,
  };
}
