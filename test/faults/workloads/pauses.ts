import { setTimeout as sleep } from 'node:timers/promises';
import { type Topic, topicsOf } from '../driver.ts';
import { mayPass, until } from '../operating.ts';
import { between, pick, seeded } from '../prng.ts';
import type { Scene } from '../workload.ts';

const ACTOR = 'alan';
/** Longest that what was under way when an aggregate was paused takes to end: a killed worker is noticed late. */
const COMES_TO_REST_MS = 15_000;

interface Target {
  readonly topic: Topic;
  readonly id: string;
  /** `<topic>/<id>` */
  readonly aggregate: string;
}

/** Something arrived although its aggregate was paused, and the publisher said that nothing was under way. */
export interface SentWhilePaused {
  readonly aggregate: string;
  /** When it was seen to stand still. */
  readonly from: number;
  readonly events: number;
}

/** Pauses aggregates, one after the other, looks whether they stand still, and lets them go on. */
export class Pauses {
  readonly #scene: Scene;
  readonly #faults: string[];
  readonly sent: SentWhilePaused[] = [];
  /** Pauses in which the aggregate was seen to stand still. */
  count = 0;

  constructor(scene: Scene, faults: string[]) {
    this.#scene = scene;
    this.#faults = faults;
  }

  async run(isOver: () => boolean): Promise<void> {
    const { seed, signal, streams } = this.#scene;
    const topics = topicsOf(this.#scene, 1);
    for (let round = 0; !isOver(); round += 1) {
      const random = seeded(seed, ACTOR, round);
      await sleep(between(random, 100, 1_000), undefined, { signal });
      if (streams.byAggregate.size === 0) continue;
      const aggregate = pick(random, [...streams.byAggregate.keys()]);
      const [name = '', id = ''] = aggregate.split('/');
      const topic = topics.get(name);
      if (topic) await this.#pause({ topic, id, aggregate }, between(random, 200, 800));
    }
  }

  async #pause(target: Target, ms: number): Promise<void> {
    const { log, signal } = this.#scene;
    await this.#untilDone('pause', target);
    if (await until(() => this.#isAtRest(target), COMES_TO_REST_MS)) {
      const from = Date.now();
      const before = log.arrivalsOf(target.aggregate);
      await sleep(ms, undefined, { signal });
      const events = log.arrivalsOf(target.aggregate) - before;
      if (events > 0) this.sent.push({ aggregate: target.aggregate, from, events });
      this.count += 1;
    }
    await this.#untilDone('resume', target);
  }

  /** A request that is refused was done by the one before it, whose answer was lost. */
  async #untilDone(operation: 'pause' | 'resume', { topic, id, aggregate }: Target): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const done = await mayPass(() => topic[operation](id, { actor: ACTOR, reason: 'the fault run' }));
      if (done.ok) return;
      if (done.isRefused && tries === 0) this.#faults.push(`${operation} of ${aggregate} is refused`);
      if (done.isRefused) return;
      await sleep(200, undefined, { signal: this.#scene.signal });
    }
  }

  async #isAtRest({ topic, id }: Target): Promise<boolean> {
    const status = await mayPass(() => topic.status(id));
    if (!status.ok || status.value.state === 'unknown') return false;
    const { paused, publishingSince } = status.value;
    return paused !== undefined && publishingSince === undefined;
  }
}
