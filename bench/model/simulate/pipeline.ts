import { percentile } from '../../stats.ts';
import { spreadOf } from '../spread.ts';
import { Agenda } from './agenda.ts';
import { SimulatedBatcher } from './batcher.ts';
import { SimulatedClient } from './client.ts';
import { Pick as AggregatePick } from './pick.ts';
import { type SimulatedEvent, SimulatedPublisher } from './publisher.ts';
import { seeded, untilNext } from './random.ts';

/** All that is published, and the worker process that publishes the busiest aggregate. */
export interface PipelineInput {
  readonly eventsPerSecond: number;
  readonly aggregates: number;
  readonly zipf: number;
  /** Undefined: a publisher for each aggregate. */
  readonly partitions?: number | undefined;
  /** That share the publishers. What the others have is left out. Default: 1. */
  readonly workers?: number;
  readonly clients: number;
  readonly temporalMs: number;
  readonly snsMs: number;
  /** For which calls come; all that have come are published. */
  readonly seconds: number;
  readonly seed: number;
}

/** Of that worker. Counts per event; times in milliseconds from the call to SNS's acknowledgement. */
export interface PipelineResult {
  readonly events: number;
  readonly signals: number;
  readonly workflowTasks: number;
  readonly activities: number;
  readonly snsCalls: number;
  readonly publishedP50: number;
  readonly publishedP99: number;
  /** Of the busiest aggregate. */
  readonly busiestP50: number;
  readonly busiestP99: number;
}

const BUSIEST = 0;

/** Calls at random, one event each, from client to SNS. Publishers are open: what opening and closing takes, `simulateOpenPublishers` says. */
export function simulatePipeline(input: PipelineInput): PipelineResult {
  const agenda = new Agenda();
  const random = seeded(input.seed);
  const pick = new AggregatePick(spreadOf(input.aggregates, input.zipf), random);
  const clients = Array.from({ length: input.clients }, () => new SimulatedClient());
  const batcher = new SimulatedBatcher(agenda, input.snsMs);
  const times = new Times();
  const publishers = new Publishers(input, {
    agenda,
    batcher,
    temporalMs: input.temporalMs,
    isPartition: input.partitions !== undefined,
    published: (event) => times.add(event, agenda.now),
  });
  const call = (): void => {
    const aggregate = pick.next();
    const client = clients[Math.floor(random() * clients.length)];
    const publisher = publishers.of(aggregate);
    if (publisher) client?.publish({ aggregate, calledAt: agenda.now }, publisher);
    const next = agenda.now + untilNext(random, input.eventsPerSecond / 1_000);
    if (next < input.seconds * 1_000) agenda.at(next, call);
  };
  agenda.at(0, call);
  agenda.run();
  return {
    ...counts(times.events, { clients, publishers, batcher }),
    ...times.percentiles(),
  };
}

interface Ran {
  readonly clients: readonly SimulatedClient[];
  readonly publishers: Publishers;
  readonly batcher: SimulatedBatcher;
}

function counts(events: number, { clients, publishers, batcher }: Ran): Omit<PipelineResult, TimeName> {
  const signals = clients.reduce((sum, client) => sum + client.signals, 0);
  return {
    events,
    signals: signals / events,
    workflowTasks: publishers.sum(({ tasks }) => tasks) / events,
    activities: publishers.sum(({ activities }) => activities) / events,
    snsCalls: batcher.requests / events,
  };
}

/** Of the worker that has the busiest aggregate. */
class Publishers {
  readonly #partitions: number | undefined;
  readonly #workers: number;
  readonly #setting: ConstructorParameters<typeof SimulatedPublisher>[0];
  readonly #all = new Map<number, SimulatedPublisher>();

  constructor(
    { partitions, workers = 1 }: PipelineInput,
    setting: ConstructorParameters<typeof SimulatedPublisher>[0],
  ) {
    this.#partitions = partitions;
    this.#workers = workers;
    this.#setting = setting;
  }

  /** Undefined: another worker has it. */
  of(aggregate: number): SimulatedPublisher | undefined {
    const key = this.#keyOf(aggregate);
    const known = this.#all.get(key);
    if (known) return known;
    if (this.#workerOf(key) !== this.#workerOf(this.#keyOf(BUSIEST))) return undefined;
    const publisher = new SimulatedPublisher(this.#setting);
    this.#all.set(key, publisher);
    return publisher;
  }

  sum(count: (publisher: SimulatedPublisher) => number): number {
    return [...this.#all.values()].reduce((total, publisher) => total + count(publisher), 0);
  }

  #keyOf(aggregate: number): number {
    return this.#partitions === undefined ? aggregate : hashed(aggregate) % this.#partitions;
  }

  /** Partitions go round; aggregates by their hash. */
  #workerOf(key: number): number {
    return (this.#partitions === undefined ? hashed(key) : key) % this.#workers;
  }
}

/** Neighbours in busyness fall to different partitions. */
function hashed(aggregate: number): number {
  return Math.imul(aggregate + 1, 0x9e3779b1) >>> 8;
}

class Times {
  readonly #all: number[] = [];
  readonly #busiest: number[] = [];

  get events(): number {
    return this.#all.length;
  }

  add({ aggregate, calledAt }: SimulatedEvent, now: number): void {
    this.#all.push(now - calledAt);
    if (aggregate === BUSIEST) this.#busiest.push(now - calledAt);
  }

  percentiles(): Pick<PipelineResult, TimeName> {
    const [all, busiest] = [this.#all, this.#busiest].map((times) => times.toSorted((a, b) => a - b));
    return {
      publishedP50: percentile(all ?? [], 0.5),
      publishedP99: percentile(all ?? [], 0.99),
      busiestP50: percentile(busiest ?? [], 0.5),
      busiestP99: percentile(busiest ?? [], 0.99),
    };
  }
}

type TimeName = 'publishedP50' | 'publishedP99' | 'busiestP50' | 'busiestP99';
