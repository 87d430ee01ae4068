import type { EventMessage } from '../../../src/common/message.ts';
import { Account } from './shop.ts';

/** What arrived, by what is stored. */
export interface Verdict {
  readonly stored: number;
  /** Of all collectors together. */
  readonly lost: number;
  readonly outOfOrder: number;
  readonly twice: number;
  /** Events of transactions that did not commit. */
  readonly neverStored: number;
}

/** `arrivals`: msgIds by account, of each collector, in the order in which they came. */
export function judge(
  stored: ReadonlyMap<string, readonly string[]>,
  arrivals: readonly ReadonlyMap<string, readonly string[]>[],
): Verdict {
  const streams = arrivals.flatMap((arrived) =>
    [...stored].map(([id, msgIds]) => ({ msgIds, arrived: arrived.get(id) ?? [] })),
  );
  const count = (of: (stream: (typeof streams)[number]) => number): number =>
    streams.reduce((sum, stream) => sum + of(stream), 0);
  return {
    stored: [...stored.values()].flat().length,
    lost: count(({ msgIds, arrived }) => msgIds.filter((msgId) => !arrived.includes(msgId)).length),
    outOfOrder: count(({ msgIds, arrived }) => inversions(msgIds, arrived)),
    twice: count(({ arrived }) => arrived.length - new Set(arrived).size),
    neverStored: count(({ msgIds, arrived }) => arrived.filter((msgId) => !msgIds.includes(msgId)).length),
  };
}

/** What an observer has of the topic: bodies by `<topic>/<aggregate id>`. */
export function msgIdsByAccount(
  received: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const prefix = `${Account.name}/`;
  return new Map(
    [...received].map(([key, bodies]) => [
      key.slice(prefix.length),
      bodies.map((body) => (JSON.parse(body) as EventMessage).meta.msgId),
    ]),
  );
}

/** How often an event came behind one that stands behind it. */
function inversions(msgIds: readonly string[], arrived: readonly string[]): number {
  const places = [...new Set(arrived)].map((msgId) => msgIds.indexOf(msgId)).filter((place) => place >= 0);
  return places.filter((place, index) => index > 0 && place < (places[index - 1] ?? 0)).length;
}
