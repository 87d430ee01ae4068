import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../../clock.ts';
import { startProject } from '../../contenders/project.ts';
import type { Rig } from '../../rig.ts';
import { delays, untilPublished, warmedUp, withSession } from '../../run.ts';
import { percentile } from '../../stats.ts';
import type { TopicReport } from '../../stub/topic-log.ts';
import type { Costs } from '../../temporal-costs.ts';
import type { Contender, Session, Setting } from '../../types.ts';
import type { Estimate } from '../estimate.ts';
import type { CheckCase } from './cases.ts';
import { applyPaced, Counted, openAll } from './paced-load.ts';
import { CHECK_SECONDS, type Figures } from './record.ts';

export interface Ran extends Figures {
  readonly events: number;
  /** Milliseconds from the call to SNS's acknowledgement: how much the machine had to do. */
  readonly publishedP50: number;
  /** Of the same worker when nothing is published; not in the figures. */
  readonly idleCores: number;
}

const IDLE_SECONDS = 5;
/** A worker counts as idle below so many cores, and is waited for that long. */
const QUIET_CORES = 0.03;
const QUIET_SECONDS = 60;
/** A worker that has run for hours has its code compiled. */
const WARM = { eventsPerSecond: 60, seconds: 6, seed: 16 };

/** Runs one worker at the pace that the model has for the case. Throws when an event is missing or out of order. */
export async function runCase(rig: Rig, one: CheckCase, said: Estimate): Promise<Ran> {
  return withSession(rig, contenderOf(one), (session, setting) =>
    measure(rig, { session, setting, one, said }),
  );
}

function contenderOf({ input, maxCachedWorkflows }: CheckCase): Contender {
  const { partitions, lingerSeconds } = input;
  const lingerMs = lingerSeconds === undefined ? {} : { lingerMs: lingerSeconds * 1_000 };
  return {
    name: partitions === undefined ? 'per-aggregate' : 'partitions-8',
    description: 'This project, at a pace',
    keepsOrder: true,
    ...(maxCachedWorkflows === undefined ? {} : { worker: { maxCachedWorkflows } }),
    start: (setting) => startProject(setting, { partitions, ...lingerMs }),
  };
}

interface Running {
  readonly session: Session;
  readonly setting: Setting;
  readonly one: CheckCase;
  readonly said: Estimate;
}

async function measure(rig: Rig, running: Running): Promise<Ran> {
  const { session, setting, one, said } = running;
  const { zipf, aggregates, eventsPerSecond } = said.input;
  const counted = new Counted();
  const earlier = await prepare(rig, running, counted);
  const idle = await coresWhile(session, () => sleep(IDLE_SECONDS * 1_000));
  const before = await snapshot(rig, session, setting);
  let calledAt: ReadonlyMap<string, number> = new Map();
  const busy = await coresWhile(session, async () => {
    const load = { eventsPerSecond, seconds: CHECK_SECONDS, aggregates, zipf, seed: 17 };
    calledAt = await applyPaced(load, session, counted);
    await untilPublished(rig, setting, earlier + calledAt.size);
    await sleep(closingMs(one));
  });
  const after = await snapshot(rig, session, setting);
  if (after.report.outOfOrder > before.report.outOfOrder) throw new Error(`${one.name}: out of order`);
  const events = calledAt.size;
  const { acknowledgedAt = {} } = after.report;
  return {
    events,
    publishedP50: percentile(delays(calledAt, new Map(Object.entries(acknowledgedAt))), 0.5),
    idleCores: idle.cores,
    cores: ((busy.cores - idle.cores) * busy.seconds) / CHECK_SECONDS,
    actions: (after.costs.actions - before.costs.actions) / events,
    historyEvents: (after.costs.historyEvents - before.costs.historyEvents) / events,
    snsCalls: (after.report.calls - before.report.calls) / events,
  };
}

/** Compiles the worker's code, opens publishers, and waits until it is quiet. Resolves with the number of events that this took. */
async function prepare(
  rig: Rig,
  { session, setting, one, said }: Running,
  counted: Counted,
): Promise<number> {
  const { zipf, aggregates } = said.input;
  const { messages } = await warmedUp(rig, session, setting);
  const opened = one.isOpen ? aggregates : 0;
  await openAll(opened, session, counted);
  const warm = await applyPaced({ ...WARM, aggregates, zipf }, session, counted);
  await untilPublished(rig, setting, messages + opened + warm.size);
  await sleep(closingMs(one));
  await untilQuiet(session);
  return messages + opened + warm.size;
}

/** Until publishers with a short linger time have closed. */
function closingMs({ input: { lingerSeconds } }: CheckCase): number {
  return lingerSeconds === undefined ? 0 : (lingerSeconds + 2) * 1_000;
}

/** What the worker still does with what came before takes its time where nothing is cached. */
async function untilQuiet(session: Session): Promise<void> {
  for (let second = 0; second < QUIET_SECONDS; second += 1) {
    const { cores } = await coresWhile(session, () => sleep(1_000));
    if (cores < QUIET_CORES) return;
  }
}

async function coresWhile(
  session: Session,
  work: () => Promise<unknown>,
): Promise<{ cores: number; seconds: number }> {
  const startedAt = nowMs();
  const before = (await session.usage?.())?.cpuSeconds ?? Number.NaN;
  await work();
  const after = (await session.usage?.())?.cpuSeconds ?? Number.NaN;
  const seconds = (nowMs() - startedAt) / 1_000;
  return { cores: (after - before) / seconds, seconds };
}

async function snapshot(
  rig: Rig,
  session: Session,
  { topicArn }: Setting,
): Promise<{ costs: Costs; report: TopicReport }> {
  const costs = await session.costs?.();
  if (!costs) throw new Error('This session has no costs');
  return { costs, report: await rig.stub.ask('report', { topicArn, withTimes: true }) };
}
