import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../clock.ts';
import { contenderOf } from '../contenders/index.ts';
import { applyLoad, eventsOf, type Load } from '../load.ts';
import { check, untilPublished, type Values, withSession } from '../run.ts';
import type { ContenderName } from '../types.ts';
import type { Round, Workload } from '../workload.ts';

const LOAD: Load = { aggregates: 500, eventsPerAggregate: 20, eventsPerCall: 20, callers: 100 };
const MESSAGES_PER_SECOND = 1_000;
/** How long the outage lasts when everything is accepted. */
const DARK_MS = 3_000;
const COMPARED: readonly ContenderName[] = ['per-aggregate', 'partitions-8'];

/** Everything is accepted while SNS refuses it, and leaves when SNS is back, as fast as its rate limit lets it. */
export const outage: Workload = {
  name: 'outage',
  description: `10,000 events of 500 aggregates wait when SNS comes back, with a limit of ${MESSAGES_PER_SECOND} messages/s`,
  once: true,
  run: async (round) => {
    for (const name of COMPARED.filter((one) => round.isIn(one)))
      round.record(name, await drain(round, name));
  },
};

async function drain({ rig }: Round, name: ContenderName): Promise<Values> {
  const contender = contenderOf(name);
  return withSession(rig, contender, async (session, setting) => {
    await rig.behave({ isDown: true });
    await applyLoad(LOAD, session);
    await sleep(DARK_MS);
    await rig.behave({ messagesPerSecond: MESSAGES_PER_SECOND });
    const backAt = nowMs();
    const report = await untilPublished(rig, setting, eventsOf(LOAD));
    await rig.behave();
    check(contender, LOAD, report);
    const perSecond = (from: number): number => (report.messages / (report.lastAt - from)) * 1_000;
    return {
      eventsPerSecond: perSecond(backAt),
      shareOfLimit: perSecond(backAt) / MESSAGES_PER_SECOND,
      shareOfLimitFromFirst: perSecond(report.firstAt) / MESSAGES_PER_SECOND,
      firstAfterMs: report.firstAt - backAt,
      refusedCalls: report.refusedCalls,
    };
  });
}
