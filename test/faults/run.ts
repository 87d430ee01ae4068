import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { startFauxqs } from 'fauxqs';
import { applyLocally } from '../../infra/local.ts';
import { Chaos } from './chaos.ts';
import { Collector } from './collectors.ts';
import { Driver } from './driver.ts';
import { FaultPlan } from './fault-plan.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { type Result, summarise } from './result.ts';
import type { RoundSize } from './round-size.ts';
import { SendLog } from './send-log.ts';
import { Streams } from './streams.ts';
import { TemporalProcess } from './temporal-process.ts';
import { Workers } from './workers.ts';

export interface RunOptions extends RoundSize {
  readonly seed: number;
  /** Ends the run early; what it started is ended. */
  readonly signal: AbortSignal;
  report(line: string): void;
}

const REQUEST_TIMEOUT_MS = 1_500;
/** A duplicate would come late. */
const SETTLE_MS = 1_000;

/** One round: everything is started, used while it fails, drained, checked, and ended. */
export async function runFaults(options: RunOptions): Promise<Result> {
  const cleanUps: (() => unknown)[] = [];
  const ending = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    const end = (): void => reject(options.signal.reason);
    if (options.signal.aborted) end();
    options.signal.addEventListener('abort', end, { once: true });
  });
  try {
    return await Promise.race([round({ ...options, signal: ending.signal }, cleanUps), interrupted]);
  } finally {
    ending.abort();
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

async function round(options: RunOptions, cleanUps: (() => unknown)[]): Promise<Result> {
  const started = Date.now();
  const { seed, events, incidents, signal } = options;
  const streams = new Streams();
  const plan = new FaultPlan(seed);
  const log = new SendLog(streams);
  const report = (line: string): void =>
    options.report(
      `${((Date.now() - started) / 1_000).toFixed(1)}s ${log.acknowledged}/${events} published: ${line}`,
    );

  const { temporal, clients } = await startTemporal(cleanUps);
  const { endpoint, eventTopics, collectors } = await startEmulator(cleanUps);
  const proxy = await startFaultProxy({ emulator: endpoint, plan, log, lateMs: REQUEST_TIMEOUT_MS + 4_000 });
  cleanUps.push(() => proxy.close());
  const workers = new Workers({
    temporalAddress: temporal.address,
    topicArns: eventTopics,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    endpointOf: proxy.endpointOf,
  });
  cleanUps.push(() => workers.stop());
  await Promise.all([workers.start(0), workers.start(1)]);
  report('everything runs');

  const driver = new Driver({ ...options, clients, streams });
  const chaos = new Chaos({ seed, events, incidents, plan, log, workers, temporal, report });
  await Promise.all([driver.run(), chaos.run(signal)]);
  plan.stop();
  report('everything is accepted, faults end');
  await drained({ collectors, streams, options });
  return summarise({
    seed,
    streams,
    log,
    proxy,
    driver,
    chaos,
    workers,
    collectors,
    ms: Date.now() - started,
  });
}

interface Temporal {
  readonly temporal: TemporalProcess;
  readonly clients: readonly Client[];
}

async function startTemporal(cleanUps: (() => unknown)[]): Promise<Temporal> {
  const folder = await mkdtemp(join(tmpdir(), 'event-topic-faults-'));
  cleanUps.push(() => rm(folder, { recursive: true, force: true }));
  const temporal = await TemporalProcess.start(join(folder, 'temporal.db'));
  cleanUps.push(() => temporal.stop());
  // One retries by itself while the server is away, the other tells its callers.
  const { address } = temporal;
  const connections = [
    await Connection.connect({ address }),
    await Connection.connect({ address, interceptors: [] }),
  ];
  cleanUps.push(() => Promise.all(connections.map((connection) => connection.close())));
  return { temporal, clients: connections.map((connection) => new Client({ connection })) };
}

interface Emulator {
  readonly endpoint: string;
  readonly eventTopics: Readonly<Record<string, string>>;
  readonly collectors: readonly Collector[];
}

async function startEmulator(cleanUps: (() => unknown)[]): Promise<Emulator> {
  const emulator = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  cleanUps.push(() => emulator.stop());
  const endpoint = `http://127.0.0.1:${emulator.port}`;
  const { eventTopics, collectors: queueUrls } = await applyLocally({ endpoint });
  const collectors = Object.entries(queueUrls).map(([name, url]) => new Collector(name, url, endpoint));
  for (const collector of collectors) {
    collector.start();
    cleanUps.push(() => collector.stop());
  }
  return { endpoint, eventTopics, collectors };
}

interface Draining {
  readonly collectors: readonly Collector[];
  readonly streams: Streams;
  readonly options: RunOptions;
}

async function drained({ collectors, streams, options: { drainMs, signal } }: Draining): Promise<void> {
  const deadline = Date.now() + drainMs;
  const isDrained = (): boolean => collectors.every(({ count }) => count >= streams.length);
  while (!isDrained() && Date.now() < deadline) await sleep(50, undefined, { signal });
  await sleep(SETTLE_MS, undefined, { signal });
}
