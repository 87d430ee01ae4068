import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { describe, isRecord, type KeysOf, optionFaults } from '../../common/arguments.ts';
import { EventTopicError } from '../../common/errors.ts';
import type { TopicPublisher } from '../../worker.ts';
import { startTemporalDevServer, startTimeSkippingServer } from '../servers/temporal-server.ts';
import type { CleanUps } from './clean-ups.ts';
import { type Destination, MemoryDestination, QueueDestination } from './destination.ts';
import { Emulator } from './emulator.ts';
import { loadPeer } from './load-peer.ts';
import type { EventTopicTestEnvironmentOptions } from './options.ts';
import { quietRuntime } from './quiet-runtime.ts';

/** What runs in a test environment. */
export interface Running {
  readonly temporal: TestWorkflowEnvironment;
  /** By topic name. */
  readonly destinations: ReadonlyMap<string, Destination>;
}

/** Starts everything, and says how it is ended as soon as it runs. */
export async function startEnvironment(
  options: EventTopicTestEnvironmentOptions,
  cleanUps: CleanUps,
): Promise<Running> {
  checkOptions(options);
  const temporal = await startTemporal(options, cleanUps);
  const destinations = await createDestinations(options, temporal, cleanUps);
  await startWorker(options, { temporal, destinations }, cleanUps);
  return { temporal, destinations };
}

const OPTION_KEYS: KeysOf<EventTopicTestEnvironmentOptions> = {
  topics: true,
  mode: true,
  emulator: true,
  settings: true,
  targets: true,
  worker: true,
  logs: true,
};

function checkOptions(options: EventTopicTestEnvironmentOptions): void {
  const isGiven: boolean = isRecord(options);
  const faults = [...optionFaults(options, OPTION_KEYS), ...(isGiven ? valueFaults(options) : [])];
  if (faults.length > 0) {
    throw new EventTopicError('INVALID_ENVIRONMENT', `The options are wrong: ${faults.join('; ')}`, {
      action: 'Correct them and create the environment again',
    });
  }
  const { topics, mode } = options;
  const partitioned = topics.filter(({ partitions }) => partitions !== undefined);
  if (mode !== 'time-skipping' || partitioned.length === 0) return;
  throw new EventTopicError('INVALID_ENVIRONMENT', 'The time-skipping server cannot serve partitions', {
    details: { topics: partitioned.map(({ name }) => name).join(',') },
    action: "Use mode: 'local', or test time with an InMemoryEventTopic",
  });
}

function valueFaults({ topics, mode, worker = {} }: EventTopicTestEnvironmentOptions): readonly string[] {
  const isMode = mode === undefined || mode === 'local' || mode === 'time-skipping';
  // They would be passed over in silence.
  const own = ['topics', 'connection', 'namespace', 'taskQueue'].filter((key) => key in worker);
  return [
    ...(Array.isArray(topics)
      ? []
      : [`topics is an array of what defineEventTopic() gives, not ${describe(topics)}`]),
    ...(isMode ? [] : ["mode is 'local' or 'time-skipping'"]),
    ...own.map((key) => `worker.${key} is set by the environment: leave it out`),
  ];
}

async function startTemporal(
  { mode = 'local', logs = false }: EventTopicTestEnvironmentOptions,
  cleanUps: CleanUps,
): Promise<TestWorkflowEnvironment> {
  if (!logs) await quietRuntime();
  const temporal = await (mode === 'local' ? startTemporalDevServer() : startTimeSkippingServer());
  cleanUps.add(() => temporal.teardown());
  return temporal;
}

async function createDestinations(
  { topics, emulator: wantsEmulator = false }: EventTopicTestEnvironmentOptions,
  temporal: TestWorkflowEnvironment,
  cleanUps: CleanUps,
): Promise<ReadonlyMap<string, Destination>> {
  const emulator = wantsEmulator ? await Emulator.start(cleanUps) : undefined;
  const destinations = new Map<string, Destination>();
  for (const { name } of topics) {
    const destination = emulator
      ? await QueueDestination.create(name, emulator)
      : new MemoryDestination(() => temporal.currentTimeMs());
    destinations.set(name, destination);
  }
  return destinations;
}

async function startWorker(
  { topics, targets = {}, worker: options }: EventTopicTestEnvironmentOptions,
  { temporal, destinations }: Running,
  cleanUps: CleanUps,
): Promise<void> {
  const { createEventTopicWorker } = await loadPeer(WORKER_PEERS, () => import('../../worker.ts'));
  const worker = await createEventTopicWorker({
    shutdownGraceTime: 0,
    ...options,
    connection: temporal.nativeConnection,
    ...(temporal.namespace ? { namespace: temporal.namespace } : {}),
    topics: topics.map((topic) => ({
      ...targets[topic.name],
      topic,
      publisher: destinations.get(topic.name)?.publisher,
    })) as TopicPublisher[],
  });
  const running = worker.run();
  // Whether it failed is seen at the end.
  running.catch(() => undefined);
  cleanUps.add(async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running;
  });
}

const WORKER_PEERS = [
  '@temporalio/worker',
  '@temporalio/workflow',
  '@temporalio/activity',
  '@temporalio/envconfig',
  '@temporalio/plugin',
].join(' ');
