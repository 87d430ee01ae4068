import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Chaos } from './chaos.ts';
import { startEventLogServer } from './event-log-server.ts';
import { FaultPlan } from './fault-plan.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { Refusals } from './refusals.ts';
import { type Result, summarise } from './result.ts';
import type { RoundSize } from './round-size.ts';
import type { SendLog } from './send-log.ts';
import { type CleanUps, type Emulator, startEmulator, startTemporal, type Temporal } from './servers.ts';
import { REQUEST_TIMEOUT_MS, Workers } from './workers.ts';
import type { Workload } from './workload.ts';
import { WorkloadRun } from './workload-run.ts';

export interface RunOptions {
  readonly seed: number;
  readonly size: RoundSize;
  /** All of them at the same time. */
  readonly workloads: readonly Workload[];
  /** Ends the run early; what it started is ended. */
  readonly signal: AbortSignal;
  report(line: string): void;
}

/** A duplicate would come late. */
const SETTLE_MS = 1_000;

/** One round: everything is started, used while it fails, drained, checked, and ended. */
export async function runFaults(options: RunOptions): Promise<Result> {
  const cleanUps: CleanUps = [];
  const ending = new AbortController();
  // Every caller that pauses listens.
  setMaxListeners(0, ending.signal);
  const interrupted = new Promise<never>((_, reject) => {
    const end = (): void => reject(options.signal.reason);
    if (options.signal.aborted) end();
    options.signal.addEventListener('abort', end, { once: true });
  });
  try {
    return await Promise.race([new Round(options, ending.signal, cleanUps).run(), interrupted]);
  } finally {
    ending.abort();
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

class Round {
  readonly #options: RunOptions;
  readonly #signal: AbortSignal;
  readonly #cleanUps: CleanUps;
  readonly #started = Date.now();
  readonly #plan: FaultPlan;
  readonly #refusals = new Refusals();
  #runs: readonly WorkloadRun[] = [];

  constructor(options: RunOptions, signal: AbortSignal, cleanUps: CleanUps) {
    this.#options = options;
    this.#signal = signal;
    this.#cleanUps = cleanUps;
    this.#plan = new FaultPlan(options.seed);
  }

  async run(): Promise<Result> {
    const { seed, size, workloads } = this.#options;
    const servers = await startTemporal(this.#cleanUps);
    const emulator = await startEmulator(this.#cleanUps);
    const { clients } = servers;
    const common = { seed, clients, emulator, refusals: this.#refusals };
    this.#runs = workloads.map((workload) => {
      const lives = { signal: this.#signal, cleanUps: this.#cleanUps };
      return new WorkloadRun(workload, { ...common, ...lives, size: sizeOf(size, workload) });
    });
    const proxy = await this.#startProxy(emulator);
    const workers = await this.#startWorkers(servers, emulator, proxy);
    this.#report('everything runs');

    const chaos = this.#createChaos(servers, workers);
    await Promise.all([...this.#runs.map((run) => this.#use(run)), chaos.run(this.#signal)]);
    this.#plan.stop();
    this.#report('everything is accepted, faults end');
    await this.#drain();
    for (const run of this.#runs) await run.finish();
    const ms = Date.now() - this.#started;
    return summarise({ seed, ms, runs: this.#runs, proxy, chaos, workers });
  }

  async #use({ workload, use }: WorkloadRun): Promise<void> {
    await use.run();
    this.#report(`${workload.name}: everything is accepted`);
  }

  async #startProxy({ endpoint, topicArns }: Emulator): Promise<FaultProxy> {
    const logs = new Map(Object.entries(topicArns).map(([name, arn]) => [arn, this.#logOf(name)]));
    const proxy = await startFaultProxy({
      emulator: endpoint,
      plan: this.#plan,
      refusals: this.#refusals,
      lateMs: REQUEST_TIMEOUT_MS + 4_000,
      logOf: (topicArn) => {
        const log = logs.get(topicArn);
        if (log === undefined) throw new Error(`Nobody publishes to ${topicArn}`);
        return log;
      },
    });
    this.#cleanUps.push(() => proxy.close());
    return proxy;
  }

  #logOf(topic: string): SendLog | undefined {
    return this.#runs.find((run) => run.hasTopic(topic))?.log;
  }

  async #startWorkers(
    { temporal }: Temporal,
    { topicArns }: Emulator,
    { endpointOf }: FaultProxy,
  ): Promise<Workers> {
    const eventLog = await startEventLogServer({
      seed: this.#options.seed,
      streamOf: (aggregate) => this.#runs.flatMap(({ streams }) => streams.byAggregate.get(aggregate) ?? []),
    });
    this.#cleanUps.push(() => eventLog.close());
    const workers = new Workers({
      temporalAddress: temporal.address,
      topicArns,
      eventLogUrl: eventLog.url,
      endpointOf,
    });
    this.#cleanUps.push(() => workers.stop());
    await Promise.all([workers.start(0), workers.start(1)]);
    return workers;
  }

  #createChaos({ temporal }: Temporal, workers: Workers): Chaos {
    const { seed, size } = this.#options;
    return new Chaos({
      seed,
      events: this.#events,
      incidents: size.incidents,
      plan: this.#plan,
      workers,
      temporal,
      acknowledged: () => this.#acknowledged,
      report: (line) => this.#report(line),
    });
  }

  async #drain(): Promise<void> {
    const deadline = Date.now() + this.#options.size.drainMs;
    const isDrained = (): boolean => this.#runs.every((run) => run.isDrained);
    while (!isDrained() && Date.now() < deadline) await sleep(50, undefined, { signal: this.#signal });
    await sleep(SETTLE_MS, undefined, { signal: this.#signal });
  }

  get #events(): number {
    const { workloads, size } = this.#options;
    return workloads.reduce((sum, workload) => sum + sizeOf(size, workload).events, 0);
  }

  get #acknowledged(): number {
    return this.#runs.reduce((sum, { log }) => sum + log.acknowledged, 0);
  }

  #report(line: string): void {
    const seconds = ((Date.now() - this.#started) / 1_000).toFixed(1);
    this.#options.report(`${seconds}s ${this.#acknowledged}/${this.#events} published: ${line}`);
  }
}

function sizeOf({ workloads }: RoundSize, { name }: Workload): RoundSize['workloads'][string] {
  const size = workloads[name];
  if (size === undefined) throw new RangeError(`There is no size of the workload ${name}`);
  return size;
}
