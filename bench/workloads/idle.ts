import { setTimeout as sleep } from 'node:timers/promises';
import { contenderOf } from '../contenders/index.ts';
import { applyLoad, eventsOf, type Load } from '../load.ts';
import type { Rig } from '../rig.ts';
import { untilPublished, type Values, withSession } from '../run.ts';
import type { Session, Setting } from '../types.ts';
import type { Workload } from '../workload.ts';

/** Memory is compared between so many open aggregates, so that what a worker needs anyway is left out. */
const FIRST = 1_000;
const ALL = 4_000;
/** Garbage is collected meanwhile. */
const REST_MS = 5_000;

/** Publishers that have nothing to do linger, and stay in the worker's cache. */
export const idle: Workload = {
  name: 'idle',
  description: '4,000 aggregates whose publishers are open and cached: memory of the worker',
  once: true,
  run: async (round) => {
    if (!round.isIn('per-aggregate')) return;
    const contender = { ...contenderOf('per-aggregate'), worker: { maxCachedWorkflows: ALL + 1_000 } };
    const values = await withSession(round.rig, contender, (session, setting) =>
      measure(round.rig, session, setting),
    );
    round.record('per-aggregate', values);
  },
};

async function measure(rig: Rig, session: Session, setting: Setting): Promise<Values> {
  const open = async (aggregates: number, before: number): Promise<number> => {
    const load: Load = { aggregates, eventsPerAggregate: 1, eventsPerCall: 1, callers: 200 };
    await applyLoad(load, session, `idle-${before}`);
    await untilPublished(rig, setting, before + eventsOf(load));
    await sleep(REST_MS);
    return (await session.usage?.())?.rssMb ?? Number.NaN;
  };
  const first = await open(FIRST, 0);
  const all = await open(ALL - FIRST, FIRST);
  return { workerRssMb: all, kbPerAggregate: ((all - first) * 1_024) / (ALL - FIRST) };
}
