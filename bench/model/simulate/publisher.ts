import { ACTIVITY_BUDGET_MS, ACTIVITY_GROWTH, PARTITION_LIMITS } from '../../../src/common/defaults.ts';
import type { Agenda } from './agenda.ts';
import type { SimulatedBatcher } from './batcher.ts';

export interface SimulatedEvent {
  readonly aggregate: number;
  readonly calledAt: number;
}

export interface PublisherSetting {
  readonly agenda: Agenda;
  readonly batcher: SimulatedBatcher;
  readonly temporalMs: number;
  readonly isPartition: boolean;
  readonly published: (event: SimulatedEvent) => void;
}

/** What an activity was given of each aggregate, and has not published yet. */
type Entries = ReadonlyMap<number, SimulatedEvent[]>;

/** A publisher workflow and its activities: each workflow task and each answer to Temporal takes a round trip. */
export class SimulatedPublisher {
  readonly #setting: PublisherSetting;
  readonly #queues = new Map<number, SimulatedEvent[]>();
  readonly #ready = new Set<number>();
  readonly #busy = new Set<number>();
  /** What the next workflow task hears of: events, and activities that have ended. */
  #arrived: SimulatedEvent[] = [];
  #ended: Entries[] = [];
  #running = 0;
  #writtenAt = 0;
  #hasTask = false;
  #isWoken = false;
  tasks = 0;
  activities = 0;

  constructor(setting: PublisherSetting) {
    this.#setting = setting;
  }

  /** Temporal writes one signal of a run after the other; `written` is called when it has answered. */
  signal(events: readonly SimulatedEvent[], written: () => void): void {
    const { agenda, temporalMs } = this.#setting;
    this.#writtenAt = Math.max(agenda.now, this.#writtenAt) + temporalMs;
    agenda.at(this.#writtenAt, () => {
      this.#arrived.push(...events);
      this.#wake();
      written();
    });
  }

  /** A task knows what had come when it began; what comes meanwhile is for the next one. */
  #wake(): void {
    this.#isWoken = true;
    if (this.#hasTask) return;
    this.#hasTask = true;
    this.#isWoken = false;
    this.tasks += 1;
    const [arrived, ended] = [this.#arrived, this.#ended];
    this.#arrived = [];
    this.#ended = [];
    this.#setting.agenda.after(this.#setting.temporalMs, () => {
      for (const event of arrived) this.#add(event);
      for (const taken of ended) this.#end(taken);
      this.#startAll();
      this.#hasTask = false;
      if (this.#isWoken) this.#wake();
    });
  }

  #startAll(): void {
    const most = this.#setting.isPartition ? PARTITION_LIMITS.activities : 1;
    while (this.#running < most && this.#ready.size > 0) this.#start();
  }

  #add(event: SimulatedEvent): void {
    const queue = this.#queues.get(event.aggregate);
    if (queue) queue.push(event);
    else this.#queues.set(event.aggregate, [event]);
    if (!this.#busy.has(event.aggregate)) this.#ready.add(event.aggregate);
  }

  #start(): void {
    const taken = this.#take();
    this.#running += 1;
    this.activities += 1;
    let left = taken.size;
    const isOver = (): void => {
      left -= 1;
      if (left === 0) this.#setting.agenda.after(this.#setting.temporalMs, () => this.#answered(taken));
    };
    const deadline = this.#setting.agenda.now + ACTIVITY_BUDGET_MS;
    for (const entries of taken.values()) this.#send(entries, deadline, isOver);
  }

  /** The first events of aggregates that have none under way. */
  #take(): Entries {
    const { isPartition } = this.#setting;
    const { activityEntries, leastPerAggregate } = PARTITION_LIMITS;
    const most = isPartition ? activityEntries : ACTIVITY_GROWTH.first;
    const each = Math.max(Math.floor(most / this.#ready.size), leastPerAggregate);
    const taken = new Map<number, SimulatedEvent[]>();
    let left = most;
    for (const aggregate of this.#ready) {
      if (left <= 0) break;
      const entries = this.#queues.get(aggregate)?.splice(0, Math.min(each, left)) ?? [];
      left -= entries.length;
      this.#ready.delete(aggregate);
      this.#busy.add(aggregate);
      taken.set(aggregate, entries);
    }
    return taken;
  }

  /** One after the other, as long as the activity may take. What it has not sent stays in `entries`. */
  #send(entries: SimulatedEvent[], deadline: number, isOver: () => void): void {
    const { agenda, batcher, published } = this.#setting;
    const [first] = entries;
    if (!first || agenda.now > deadline) {
      isOver();
      return;
    }
    batcher.publish(first.aggregate, () => {
      entries.shift();
      published(first);
      this.#send(entries, deadline, isOver);
    });
  }

  #answered(taken: Entries): void {
    this.#ended.push(taken);
    this.#wake();
  }

  #end(taken: Entries): void {
    this.#running -= 1;
    for (const [aggregate, left] of taken) {
      this.#busy.delete(aggregate);
      const queue = [...left, ...(this.#queues.get(aggregate) ?? [])];
      if (queue.length === 0) this.#queues.delete(aggregate);
      else {
        this.#queues.set(aggregate, queue);
        this.#ready.add(aggregate);
      }
    }
  }
}
