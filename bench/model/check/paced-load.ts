import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../../clock.ts';
import { messageOf } from '../../load.ts';
import type { Session } from '../../types.ts';
import { Pick } from '../simulate/pick.ts';
import { seeded, untilNext } from '../simulate/random.ts';
import { spreadOf } from '../spread.ts';

/** Calls that come at random, however many have not been answered yet. */
export interface PacedLoad {
  readonly eventsPerSecond: number;
  readonly seconds: number;
  readonly aggregates: number;
  readonly zipf: number;
  readonly seed: number;
}

/** Numbers of each aggregate's events: 1, 2, 3 … in the order of the calls. */
export class Counted {
  readonly #last = new Map<string, number>();

  next(id: string): number {
    const number = (this.#last.get(id) ?? 0) + 1;
    this.#last.set(id, number);
    return number;
  }
}

/** Publishes one event per call. Resolves once all are accepted, with the time of each call by msgId. */
export async function applyPaced(
  load: PacedLoad,
  session: Session,
  counted: Counted,
): Promise<ReadonlyMap<string, number>> {
  const { eventsPerSecond, seconds, aggregates, zipf, seed } = load;
  const random = seeded(seed);
  const pick = new Pick(spreadOf(aggregates, zipf), random);
  const startedAt = nowMs();
  const calledAt = new Map<string, number>();
  const calls: Promise<void>[] = [];
  for (let at = untilNext(random, eventsPerSecond); at < seconds; at += untilNext(random, eventsPerSecond)) {
    const early = startedAt + at * 1_000 - nowMs();
    if (early > 0) await sleep(early);
    const id = `paced-${pick.next()}`;
    const message = messageOf(id, counted.next(id));
    calledAt.set(message.meta.msgId, nowMs());
    calls.push(session.publish([message], () => undefined));
  }
  await Promise.all(calls);
  return calledAt;
}

/** One event of each aggregate, so that its publisher is open. */
export async function openAll(aggregates: number, session: Session, counted: Counted): Promise<void> {
  const ids = Array.from({ length: aggregates }, (_, index) => `paced-${index}`);
  await Promise.all(ids.map((id) => session.publish([messageOf(id, counted.next(id))], () => undefined)));
}
