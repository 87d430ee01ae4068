import { setTimeout as sleep } from 'node:timers/promises';
import { EventTopic } from '../../src/client/event-topic.ts';
import { aggregateId, bursts, type Call } from './calls.ts';
import { between, pick, type Random, seeded } from './prng.ts';
import type { Attempt } from './tally.ts';
import type { FaultDefinition, FaultMessage } from './topics.ts';
import type { Scene, Use } from './workload.ts';

export type Topic = EventTopic<FaultDefinition['event']>;

export interface DriverOptions {
  readonly callers: number;
  readonly maxEventsPerCall: number;
  /** How a call is made; alone, or at the same time as others of its caller. Default: `topic.publish(messages)`. */
  publish?(topic: Topic, messages: readonly FaultMessage[], isAlone: boolean): Promise<unknown>;
  /** Adds a new event to the streams. Default: collectors are to receive it as it is. */
  add?(topic: string, message: FaultMessage): void;
}

const REPEAT_PERCENT = 15;

/** Publishes as applications do: concurrent callers, each with aggregates of its own, that repeat what was refused. */
export class Driver {
  readonly #scene: Scene;
  readonly #options: DriverOptions;

  constructor(scene: Scene, options: DriverOptions) {
    this.#scene = scene;
    this.#options = options;
  }

  /** Resolves when every event is accepted. */
  async run(): Promise<void> {
    const { callers } = this.#options;
    await Promise.all(Array.from({ length: callers }, (_, number) => this.#runCaller(number)));
  }

  async #runCaller(number: number): Promise<void> {
    const { seed, size, streams, signal, tally, topics } = this.#scene;
    const { callers, maxEventsPerCall, add = streams.add.bind(streams) } = this.#options;
    const names = topics.map(({ definition }) => definition.name);
    const random = seeded(seed, 'caller', ...names, number);
    const all = Array.from({ length: size.aggregatesPerTopic }, (_, index) => index);
    const ids = all.filter((index) => index % callers === number).map(aggregateId);
    const events = Math.floor(size.events / callers) + (number < size.events % callers ? 1 : 0);
    const clients = topicsOf(this.#scene, number);
    const open = new Set(
      topics
        .filter(({ settings }) => settings.lingerMs === undefined)
        .map(({ definition }) => definition.name),
    );
    const accepted: Call[] = [];
    for (const burst of bursts({
      seed,
      random,
      topics: names,
      ids,
      events,
      maxEventsPerCall,
      streams,
      add,
    })) {
      await tally.untilAccepted(burst.map((call) => this.#toAttempt(clients, call, burst.length === 1)));
      accepted.push(...burst.filter(({ topic }) => open.has(topic)));
      await this.#repeat(clients, accepted, random);
      await sleep(between(random, 0, size.pauseMs), undefined, { signal });
    }
  }

  /** Now and then an earlier call once more. Its publishers are open and know its msgIds. */
  async #repeat(clients: Topics, accepted: readonly Call[], random: Random): Promise<void> {
    if (accepted.length === 0 || random() * 100 >= REPEAT_PERCENT) return;
    const { tally } = this.#scene;
    tally.repeatedCalls += 1;
    await tally.untilAccepted([this.#toAttempt(clients, pick(random, accepted), true)]);
  }

  #toAttempt(clients: Topics, { topic, messages }: Call, isAlone: boolean): Attempt {
    const client = clientOf(clients, topic);
    const { publish = (to, what) => to.publish(what) } = this.#options;
    return { messages, publish: () => publish(client, messages, isAlone) };
  }
}

export type Topics = ReadonlyMap<string, Topic>;

/** The topics of one caller: each caller has its own, as separate processes would. */
export function topicsOf({ clients, topics }: Pick<Scene, 'clients' | 'topics'>, caller: number): Topics {
  const client = clients[caller % clients.length];
  if (client === undefined) throw new RangeError('There is no client');
  return new Map(
    topics.map(({ definition, settings }) => [
      definition.name,
      new EventTopic(definition, { client, settings }),
    ]),
  );
}

export function clientOf(topics: Topics, name: string): Topic {
  const topic = topics.get(name);
  if (topic === undefined) throw new RangeError(`There is no topic ${name}`);
  return topic;
}

/** A workload that does nothing but what a driver does. */
export function drive(scene: Scene, options: DriverOptions): Use {
  return { run: () => new Driver(scene, options).run(), counts: {}, faults: [] };
}
