import { type Database, startPostgres } from '../../examples/postgres-server.ts';
import { Child } from '../child.ts';
import type { ConsumerProcess, ConsumerSetting } from '../consumers/consumer-process.ts';
import type { Consumed } from '../consumers/consumption.ts';
import { BATCH, CONSUMERS, type Consumer } from '../consumers/index.ts';
import { completeRows, renewTables } from '../consumers/read-model.ts';
import { type Fill, fillQueue, messagesOf } from '../queue-fill.ts';
import type { Values } from '../run.ts';
import type { SqsEmulator } from '../sqs-emulator.ts';
import { median } from '../stats.ts';
import type { Round, Workload } from '../workload.ts';

const FILL: Fill = { prefix: 'aggregate', aggregates: 300, eventsPerAggregate: 10 };
/** `warmUps`: queues that each consumer empties before the clock starts, so that code is compiled and connections are open. `turns`: those that are measured. */
const SIZES = {
  quick: { fill: { ...FILL, eventsPerAggregate: 5 }, warmUps: 1, turns: 2 },
  full: { fill: FILL, warmUps: 2, turns: 6 },
};
/** Receives at the same time. One is slower, and more make nobody faster here. */
const POLLERS = 4;
/** Those that goals speak of. */
const QUICK: readonly string[] = ['bare', 'collector-memory'];

/** The other end: what is in a queue is handled and deleted. */
export const collect: Workload = {
  name: 'collect',
  description: `consumers of a queue with ${messagesOf(FILL)} events of ${FILL.aggregates} aggregates, ${POLLERS} receives at the same time`,
  run: async (round) => {
    const postgres = round.isQuick ? undefined : await startPostgres();
    const emulator = await Child.start<SqsEmulator>('sqs-emulator.ts');
    // A connection for each event that is handled at the same time.
    const database = postgres && { ...postgres.database, max: POLLERS * BATCH };
    try {
      await takeTurns(round, { emulator, database });
    } finally {
      await emulator.stop();
      await postgres?.stop();
    }
  },
};

interface Surroundings {
  readonly emulator: Child<SqsEmulator>;
  /** Undefined: nobody writes. */
  readonly database: Database | undefined;
}

/** A consumer that runs, and what it did. */
interface Lane {
  readonly consumer: Consumer;
  readonly process: Child<ConsumerProcess>;
  readonly turns: Turn[];
}

/** What was done with one queue. */
interface Turn extends Consumed {
  /** Messages that are still in the queue. */
  readonly left: number;
  /** Rows of the read model that have their aggregate's last event; of those who do not write, as many as there should be. */
  readonly rows: number;
  readonly emulatorCpuSeconds: number;
}

async function takeTurns(round: Round, around: Surroundings): Promise<void> {
  const { fill, warmUps, turns } = SIZES[round.isQuick ? 'quick' : 'full'];
  const taking = CONSUMERS.filter(({ name }) => !round.isQuick || QUICK.includes(name));
  const lanes: Lane[] = [];
  try {
    for (const consumer of taking) lanes.push(await startLane(round, consumer, around));
    for (let turn = 0; turn < warmUps + turns; turn += 1) {
      // By turns, queue by queue, so that all see the same machine; each comes after each of its neighbours equally often.
      for (const lane of turn % 2 === 0 ? lanes : lanes.toReversed())
        lane.turns.push(await takeTurn(lane, fill, around));
    }
  } finally {
    for (const lane of lanes) await lane.process.stop();
  }
  for (const lane of lanes) round.record(lane.consumer.name, valuesOf(lane.turns.slice(warmUps)));
}

async function startLane(
  { rig }: Round,
  consumer: Consumer,
  { emulator, database }: Surroundings,
): Promise<Lane> {
  const endpoint = await emulator.ask('endpoint');
  const setting: ConsumerSetting = { consumer: consumer.name, endpoint, pollers: POLLERS, database };
  const env = { BENCH_CONSUMER: JSON.stringify(setting) };
  const { profileFolder } = rig.newSetting();
  const process = await Child.start<ConsumerProcess>('consumers/consumer-process.ts', { env, profileFolder });
  return { consumer, process, turns: [] };
}

/** Fills a queue, lets it be emptied, and checks what was done. */
async function takeTurn(lane: Lane, fill: Fill, { emulator, database }: Surroundings): Promise<Turn> {
  const { consumer, process } = lane;
  const writesTo = consumer.writes ? database : undefined;
  if (writesTo) await renewTables(writesTo);
  const name = 'collect.fifo';
  const { queueUrl, topicArn } = await emulator.ask('createQueue', name);
  await fillQueue(await emulator.ask('endpoint'), topicArn, fill);
  const messages = messagesOf(fill);
  const filled = await emulator.ask('depth', name);
  if (filled !== messages) throw new Error(`The queue has ${filled} messages instead of ${messages}`);
  const before = await emulator.ask('usage');
  const consumed = await process.ask('consume', { queueUrl, messages });
  const after = await emulator.ask('usage');
  const left = await emulator.ask('depth', name);
  await emulator.ask('deleteQueue', name);
  const rows = writesTo ? await completeRows(writesTo, fill.eventsPerAggregate) : fill.aggregates;
  const turn = { ...consumed, left, rows, emulatorCpuSeconds: after.cpuSeconds - before.cpuSeconds };
  check(consumer, fill, turn);
  return turn;
}

function check({ name }: Consumer, fill: Fill, turn: Turn): void {
  const { handled, aggregates, outOfOrder, left, rows } = turn;
  const expect = (what: string, value: number, expected: number): void => {
    if (value !== expected) throw new Error(`${name}: ${what}: ${value} instead of ${expected}`);
  };
  expect('events handled', handled, messagesOf(fill));
  expect('aggregates whose events were handled', aggregates, fill.aggregates);
  expect('events handled out of order', outOfOrder, 0);
  expect('messages left in the queue', left, 0);
  expect("rows with their aggregate's last event", rows, fill.aggregates);
}

/** Medians of the turns: what the machine does meanwhile makes some of them slow. */
function valuesOf(turns: readonly Turn[]): Values {
  const medianOf = (value: (turn: Turn) => number): number => median(turns.map(value));
  return {
    eventsPerSecond: medianOf(({ handled, ms }) => (handled / ms) * 1_000),
    consumerCpuMsPer1000: medianOf(({ handled, cpuSeconds }) => (cpuSeconds / handled) * 1e6),
    consumerPeakRssMb: Math.max(...turns.map(({ peakRssMb }) => peakRssMb)),
    requestsPerEvent: medianOf(({ handled, requests }) => requests / handled),
    emulatorCpuMsPer1000: medianOf(({ handled, emulatorCpuSeconds }) => (emulatorCpuSeconds / handled) * 1e6),
  };
}
