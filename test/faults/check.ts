import type { EventMessage } from '../../src/common/message.ts';
import type { Collector } from './collectors.ts';
import type { Streams } from './streams.ts';

/** What is wrong with what one collector received; all 0 in a good run. */
export interface Findings {
  readonly lost: number;
  readonly duplicates: number;
  /** Events received before one that was published earlier. */
  readonly reordered: number;
  /** Messages that nobody published, or not with this content; or that an operator dropped. */
  readonly foreign: number;
}

/** Compares what a collector received of every aggregate with what it must receive. */
export function checkCollector({ received }: Collector, streams: Streams): Findings {
  const aggregates = new Set([...received.keys(), ...streams.byAggregate.keys()]);
  const all = [...aggregates].map((aggregate) =>
    checkAggregate(received.get(aggregate) ?? [], streams.received.get(aggregate) ?? []),
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
  const places = new Map(published.map((message, index) => [toBody(message), index]));
  const known = received.map((body) => places.get(body)).filter((index) => index !== undefined);
  const first = [...new Set(known)];
  return {
    lost: published.length - first.length,
    duplicates: known.length - first.length,
    reordered: first.filter((index, at) => first.slice(0, at).some((earlier) => earlier > index)).length,
    foreign: received.length - known.length,
  };
}

/** As the wire format has it: keys in this order. */
function toBody({ id, meta, event, position }: EventMessage): string {
  return JSON.stringify({ id, meta, event, position });
}
