import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../clock.ts';
import { contenderOf } from '../contenders/index.ts';
import { messageOf } from '../load.ts';
import {
  delays,
  percentiles,
  untilPublished,
  type Values,
  warmedUp,
  warmUpCalls,
  withSession,
} from '../run.ts';
import type { BenchMessage, ContenderName, Session, Setting } from '../types.ts';
import type { Round, Workload } from '../workload.ts';

const CALLS = { quick: 10, full: 100 };
/** After each call, whoever made it: worker and server finish what nobody waits for, so that the next call finds them idle. */
const REST_MS = 120;
/** Calls go to these in turn: most find an open workflow, as in an application that has run for a while. */
const AGGREGATES = 10;
const COMPARED: readonly ContenderName[] = [
  'per-aggregate',
  'partitions-8',
  'relay-tail',
  'workflow-per-event',
  'bare-signal',
];
/** Those that goals speak of. */
const COMPARED_QUICKLY: readonly ContenderName[] = ['per-aggregate', 'workflow-per-event', 'bare-signal'];

/** One caller, one event at a time. The contenders take turns call by call, so that all see the same machine. */
export const latency: Workload = {
  name: 'latency',
  description:
    '1 caller, one event at a time, the next when SNS has it; bare-signal is a signalWithStart alone',
  run: async (round) => {
    const compared = (round.isQuick ? COMPARED_QUICKLY : COMPARED).filter((name) => round.isIn(name));
    await withAll(round, compared, async (lanes) => {
      await measure(lanes, round.isQuick ? CALLS.quick : CALLS.full);
      for (const lane of lanes) round.record(lane.name, lane.values());
    });
  },
};

/** What is measured of one contender. */
interface Lane {
  readonly name: string;
  call(message: BenchMessage): Promise<void>;
  values(): Values;
}

async function measure(lanes: readonly Lane[], calls: number): Promise<void> {
  for (let call = 0; call < calls; call += 1) {
    const id = `aggregate-${call % AGGREGATES}`;
    const number = Math.floor(call / AGGREGATES) + 1;
    // Each comes after each of the others equally often.
    const order = call % 2 === 0 ? lanes : lanes.toReversed();
    for (const lane of order) {
      await lane.call(messageOf(id, number));
      await sleep(REST_MS);
    }
  }
}

/** Starts them one inside the other: all are there at the same time. */
async function withAll(
  round: Round,
  [name, ...others]: readonly ContenderName[],
  use: (lanes: readonly Lane[]) => Promise<void>,
): Promise<void> {
  if (name === undefined) return use([]);
  const contender = contenderOf(name);
  await withSession(round.rig, contender, async (session, setting) => {
    const lane =
      contender.publishes === false
        ? await answered(name, session)
        : await published(round, name, { session, setting });
    await withAll(round, others, (lanes) => use([lane, ...lanes]));
  });
}

async function published(
  { rig }: Round,
  name: ContenderName,
  { session, setting }: { readonly session: Session; readonly setting: Setting },
): Promise<Lane> {
  const warmUp = await warmedUp(rig, session, setting);
  const calledAt = new Map<string, number>();
  const acceptedAt = new Map<string, number>();
  let publishedAt = new Map<string, number>();
  return {
    name,
    call: async (message) => {
      calledAt.set(message.meta.msgId, nowMs());
      await session.publish([message], ({ meta }) => acceptedAt.set(meta.msgId, nowMs()));
      const report = await untilPublished(rig, setting, warmUp.messages + calledAt.size);
      publishedAt = new Map(Object.entries(report.acknowledgedAt ?? {}));
    },
    values: () => ({
      ...percentiles('accepted', delays(calledAt, acceptedAt)),
      ...percentiles('published', delays(calledAt, publishedAt)),
    }),
  };
}

/** Of who publishes nothing: a call ends with its answer. */
async function answered(name: ContenderName, session: Session): Promise<Lane> {
  await warmUpCalls(session);
  const calledAt = new Map<string, number>();
  const acceptedAt = new Map<string, number>();
  return {
    name,
    call: async (message) => {
      calledAt.set(message.meta.msgId, nowMs());
      await session.publish([message], ({ meta }) => acceptedAt.set(meta.msgId, nowMs()));
    },
    values: () => percentiles('accepted', delays(calledAt, acceptedAt)),
  };
}
