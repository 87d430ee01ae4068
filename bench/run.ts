import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from './clock.ts';
import { applyLoad, eventsOf, type Load, type LoadTimes } from './load.ts';
import type { Rig } from './rig.ts';
import { percentile } from './stats.ts';
import type { TopicReport } from './stub/topic-log.ts';
import type { Costs } from './temporal-costs.ts';
import type { Contender, Session, Setting } from './types.ts';
import { type Usage, usageOfThisProcess } from './usage.ts';

/** Numbers of one run, by name. */
export type Values = Readonly<Record<string, number>>;

const TIMEOUT_MS = 120_000;

/** Repeated before the clock starts: code is compiled and connections are open, as in a process that has run for a while. */
const WARM_UP: Load = { aggregates: 30, eventsPerAggregate: 2, eventsPerCall: 1, callers: 10 };
const WARM_UP_MS = 1_000;
/** In which a worker does what nobody waits for. */
const SETTLE_MS = 200;

/** Lets a contender do the load, and checks what arrived. Throws when a message is missing or out of order. */
export async function runLoad(rig: Rig, contender: Contender, load: Load): Promise<Values> {
  return withSession(rig, contender, (session, setting) =>
    contender.publishes === false
      ? measureAccepted(session, load)
      : measurePublished(rig, { contender, session, setting }, load),
  );
}

/** Nothing arrives at SNS: the answers are all there is. */
async function measureAccepted(session: Session, load: Load): Promise<Values> {
  await warmUpCalls(session);
  await sleep(SETTLE_MS);
  const before = usageOfThisProcess();
  const { startedAt, calledAt, acceptedAt } = await applyLoad(load, session);
  const after = usageOfThisProcess();
  const lastAt = Math.max(...acceptedAt.values());
  return {
    eventsPerSecond: (eventsOf(load) / (lastAt - startedAt)) * 1_000,
    ...percentiles('accepted', delays(calledAt, acceptedAt)),
    ...usageValues('client', { before, after }, eventsOf(load)),
  };
}

interface Running {
  readonly contender: Contender;
  readonly session: Session;
  readonly setting: Setting;
}

async function measurePublished(
  rig: Rig,
  { contender, session, setting }: Running,
  load: Load,
): Promise<Values> {
  const warmUp = await warmedUp(rig, session, setting);
  const worker = { before: await session.usage?.() };
  const client = { before: usageOfThisProcess() };
  const times = await applyLoad(load, session);
  const report = await untilPublished(rig, setting, warmUp.messages + eventsOf(load));
  const after = { worker: await session.usage?.(), client: usageOfThisProcess() };
  const own = without(report, warmUp);
  check(contender, load, own);
  return {
    ...speedOf(times, own),
    ...usageValues('worker', { ...worker, after: after.worker }, own.messages),
    ...usageValues('client', { ...client, after: after.client }, own.messages),
    ...costValues(warmUp.costs, await session.costs?.(), own.messages),
  };
}

interface WarmUp extends TopicReport {
  readonly costs: Costs | undefined;
}

/** Publishes for a while, as long with each contender, and says what that came to. */
export async function warmedUp(rig: Rig, session: Session, setting: Setting): Promise<WarmUp> {
  const turns = await warmUpCalls(session, (events) => untilPublished(rig, setting, events));
  const report = await untilPublished(rig, setting, turns * eventsOf(WARM_UP));
  return { ...report, costs: await session.costs?.() };
}

/** Makes calls for a while; `until` is awaited after each turn, with the number of events so far. Resolves with the number of turns. */
export async function warmUpCalls(
  session: Session,
  until?: (events: number) => Promise<unknown>,
): Promise<number> {
  const endsAt = nowMs() + WARM_UP_MS;
  let turns = 0;
  while (turns === 0 || nowMs() < endsAt) {
    turns += 1;
    await applyLoad(WARM_UP, session, `warm-up-${turns}`);
    await until?.(turns * eventsOf(WARM_UP));
  }
  return turns;
}

/** What arrived since the warm-up. */
function without(report: TopicReport, warmUp: TopicReport): TopicReport {
  return {
    ...report,
    messages: report.messages - warmUp.messages,
    groups: report.groups - warmUp.groups,
    calls: report.calls - warmUp.calls,
    duplicates: report.duplicates - warmUp.duplicates,
    bodyBytes: report.bodyBytes - warmUp.bodyBytes,
  };
}

/** Starts a contender for one run with a topic of its own, and ends it. */
export async function withSession<T>(
  rig: Rig,
  contender: Contender,
  use: (session: Session, setting: Setting) => Promise<T>,
): Promise<T> {
  const setting = rig.newSetting(contender.worker);
  const session = await contender.start(setting);
  try {
    return await use(session, setting);
  } finally {
    await session.stop();
    await rig.stub.ask('forget', setting.topicArn);
  }
}

/** Resolves when SNS has acknowledged so many messages of the topic. */
export async function untilPublished(
  rig: Rig,
  { topicArn }: Setting,
  messages: number,
): Promise<TopicReport> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const late = (): void => reject(new Error(`Not all ${messages} messages arrived in ${TIMEOUT_MS} ms`));
    timer = setTimeout(late, TIMEOUT_MS);
  });
  try {
    await Promise.race([rig.stub.ask('untilAcknowledged', { topicArn, messages }), timeout]);
  } finally {
    clearTimeout(timer);
  }
  return rig.stub.ask('report', { topicArn, withTimes: true });
}

export function check({ name, keepsOrder }: Contender, load: Load, report: TopicReport): void {
  const { messages, groups, outOfOrder } = report;
  const fail = (what: string): never => {
    throw new Error(`${name}: ${what}`);
  };
  if (messages !== eventsOf(load)) fail(`${messages} messages arrived instead of ${eventsOf(load)}`);
  if (groups !== load.aggregates) fail(`${groups} aggregates arrived instead of ${load.aggregates}`);
  if (keepsOrder && outOfOrder > 0) fail(`${outOfOrder} messages arrived out of order`);
}

function speedOf({ startedAt, calledAt, acceptedAt }: LoadTimes, report: TopicReport): Values {
  const { messages, calls, duplicates, outOfOrder, bodyBytes, lastAt, acknowledgedAt = {} } = report;
  return {
    eventsPerSecond: (messages / (lastAt - startedAt)) * 1_000,
    ...percentiles('accepted', delays(calledAt, acceptedAt)),
    ...percentiles('published', delays(calledAt, new Map(Object.entries(acknowledgedAt)))),
    snsCallsPerEvent: calls / messages,
    bodyBytesPerEvent: bodyBytes / messages,
    duplicates,
    outOfOrder,
  };
}

/** Milliseconds between two times of each message, sorted. */
export function delays(
  from: ReadonlyMap<string, number>,
  to: ReadonlyMap<string, number>,
): readonly number[] {
  return [...from].map(([msgId, at]) => (to.get(msgId) ?? Number.NaN) - at).toSorted((a, b) => a - b);
}

export function percentiles(what: string, sorted: readonly number[]): Values {
  return {
    [`${what}P50`]: percentile(sorted, 0.5),
    [`${what}P95`]: percentile(sorted, 0.95),
    [`${what}P99`]: percentile(sorted, 0.99),
  };
}

/** Before and after the load. */
interface Span {
  readonly before: Usage | undefined;
  readonly after: Usage | undefined;
}

function usageValues(who: string, { before, after }: Span, events: number): Values {
  if (!before || !after) return {};
  return {
    [`${who}CpuSecondsPer1000`]: ((after.cpuSeconds - before.cpuSeconds) / events) * 1_000,
    [`${who}PeakRssMb`]: after.peakRssMb,
  };
}

function costValues(before: Costs | undefined, after: Costs | undefined, events: number): Values {
  if (!before || !after) return {};
  return {
    historyEventsPerEvent: (after.historyEvents - before.historyEvents) / events,
    historyBytesPerEvent: (after.historyBytes - before.historyBytes) / events,
    actionsPerEvent: (after.actions - before.actions) / events,
    longestRun: after.longestRun,
  };
}
