import type { Client } from '@temporalio/client';
import { Collector } from './collectors.ts';
import { clientOf, topicsOf } from './driver.ts';
import type { Refusals } from './refusals.ts';
import { SendLog } from './send-log.ts';
import type { CleanUps, Emulator } from './servers.ts';
import { Streams } from './streams.ts';
import { Tally } from './tally.ts';
import type { Use, Workload, WorkloadSize } from './workload.ts';

export interface WorkloadRunOptions {
  readonly seed: number;
  readonly size: WorkloadSize;
  readonly clients: readonly Client[];
  readonly emulator: Emulator;
  readonly refusals: Refusals;
  readonly signal: AbortSignal;
  readonly cleanUps: CleanUps;
}

/** Aggregates whose publishers are looked at when not all of their events have come, at most. */
const MAX_LATE = 5;

/** A workload in one round: what it publishes, what was sent of it, and what its collectors receive. */
export class WorkloadRun {
  readonly workload: Workload;
  readonly streams: Streams;
  readonly log: SendLog;
  readonly tally: Tally;
  readonly use: Use;
  readonly collectors: readonly Collector[];
  /** What the end showed to be wrong. */
  faults: readonly string[] = [];
  readonly #clients: readonly Client[];

  constructor(workload: Workload, { emulator, cleanUps, ...scene }: WorkloadRunOptions) {
    const { topics, topology, collectors } = workload;
    const isFifo = topology !== 'standard';
    this.workload = workload;
    this.#clients = scene.clients;
    this.streams = new Streams({ isFifo });
    this.log = new SendLog({ streams: this.streams, sameAggregateBatching: !isFifo });
    this.tally = new Tally(scene.signal);
    const { streams, log, tally } = this;
    this.use = workload.use({ ...scene, topics, streams, log, tally });
    this.collectors = collectors.map(
      (name) => new Collector(name, emulator.queueUrls[name] ?? '', emulator.endpoint),
    );
    for (const collector of this.collectors) {
      collector.start();
      cleanUps.push(() => collector.stop());
    }
  }

  /** Collectors have as many messages as they must get. */
  get isDrained(): boolean {
    return this.collectors.every(({ count }) => count >= this.streams.receivedLength);
  }

  /** Looks at the end result; and at the publishers of aggregates whose events have not all come. */
  async finish(): Promise<void> {
    await this.use.finish?.();
    const topics = topicsOf({ clients: this.#clients, topics: this.workload.topics }, 0);
    const late = [...this.streams.received]
      .filter(([aggregate, { length }]) => this.#countOf(aggregate) < length)
      .slice(0, MAX_LATE);
    const looking = late.map(async ([aggregate]) => {
      const [name = '', id = ''] = aggregate.split('/');
      const status = await clientOf(topics, name).status(id).catch(String);
      return `not everything of ${aggregate} was received: ${JSON.stringify(status)}`;
    });
    this.faults = [...this.use.faults, ...(await Promise.all(looking))];
  }

  /** Messages of the aggregate that every collector has, at least. */
  #countOf(aggregate: string): number {
    return Math.min(...this.collectors.map(({ received }) => received.get(aggregate)?.length ?? 0));
  }

  hasTopic(name: string): boolean {
    return this.workload.topics.some(({ definition }) => definition.name === name);
  }
}
