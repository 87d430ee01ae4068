import { nowMs } from '../clock.ts';
import { contenderOf } from '../contenders/index.ts';
import { messageOf } from '../load.ts';
import { progress } from '../progress.ts';
import type { Rig } from '../rig.ts';
import { untilPublished, type Values, warmedUp, withSession } from '../run.ts';
import type { Session, Setting } from '../types.ts';
import type { Round, Workload } from '../workload.ts';

const SIZES = [1_000, 10_000, 100_000];
const EVENTS_PER_CALL = 500;
/** Our own cost is what may grow: with SNS's usual latency, waiting for it would hide everything. */
const LATENCY_MS = 1;

/** One aggregate whose stream becomes long: it must not become slower, nor its publisher larger. */
export const growth: Workload = {
  name: 'growth',
  description: `1 aggregate with 1,000, then 10,000, then 100,000 events; ${EVENTS_PER_CALL} per call, SNS at ${LATENCY_MS} ms, sameAggregateBatching`,
  once: true,
  run: async (round) => {
    if (!round.isIn('per-aggregate')) return;
    await round.rig.behave({ latencyMs: LATENCY_MS });
    const contender = { ...contenderOf('per-aggregate'), worker: { sameAggregateBatching: true } };
    await withSession(round.rig, contender, (session, setting) => grow(round, session, setting));
    await round.rig.behave();
  },
};

async function grow(round: Round, session: Session, setting: Setting): Promise<void> {
  const { messages: warmUp } = await warmedUp(round.rig, session, setting);
  let published = 0;
  const phases: [name: string, values: Values][] = [];
  for (const size of SIZES) {
    const startedAt = nowMs();
    await publishMore(session, { from: published, size }, (count) =>
      untilPublished(round.rig, setting, warmUp + count),
    );
    published += size;
    const lastAt = await untilAllPublished(round.rig, setting, warmUp + published);
    const { rssMb = Number.NaN } = (await session.usage?.()) ?? {};
    progress(`growth: ${size} events`);
    phases.push([
      `${size}-events`,
      { eventsPerSecond: (size / (lastAt - startedAt)) * 1_000, workerRssMb: rssMb },
    ]);
  }
  const { longestRun = Number.NaN, historyEvents = Number.NaN } = (await session.costs?.()) ?? {};
  const totals = { longestRun, historyEventsPerEvent: historyEvents / published };
  for (const [name, values] of phases) round.record(name, { ...values, ...totals });
}

/** At most two calls ahead of SNS: what makes a difference is to be the stream's length, not that of a backlog. */
async function publishMore(
  session: Session,
  { from, size }: { readonly from: number; readonly size: number },
  untilPublished: (count: number) => Promise<unknown>,
): Promise<void> {
  for (let number = from + 1; number <= from + size; number += EVENTS_PER_CALL) {
    const call = Array.from({ length: EVENTS_PER_CALL }, (_, index) => messageOf('one', number + index));
    await session.publish(call, () => {});
    await untilPublished(number - 1);
  }
}

async function untilAllPublished(rig: Rig, setting: Setting, messages: number): Promise<number> {
  const { outOfOrder, lastAt } = await untilPublished(rig, setting, messages);
  if (outOfOrder > 0) throw new Error(`growth: ${outOfOrder} messages arrived out of order`);
  return lastAt;
}
