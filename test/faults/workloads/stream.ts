import { setTimeout as sleep } from 'node:timers/promises';
import { isEventTopicError, type PublishStreamError } from '../../../src/common/errors.ts';
import { aggregateId, createMessage } from '../calls.ts';
import { clientOf, type Topic, topicsOf } from '../driver.ts';
import { between, pick, type Random, seeded } from '../prng.ts';
import { type FaultMessage, faultTopic } from '../topics.ts';
import type { Scene, Use, Workload } from '../workload.ts';

const MAX_IN_FLIGHT = 60;
/** Interruptions on purpose, in each stream. */
const INTERRUPTIONS = 4;
const AGAIN_AFTER_MS = 200;

/** Long streams, interrupted again and again, and resumed from what is accepted, or from the checkpoint before. */
export const stream: Workload = {
  name: 'stream',
  topics: [faultTopic('Reading'), faultTopic('Sample', { partitions: 2 })],
  topology: 'fifo',
  collectors: ['Telemetry'],
  use: (scene) => new StreamUse(scene),
};

/** What interrupts a stream: the source fails, or the caller gives up, unless it is done by then. */
type Mishap = 'source' | 'signal' | 'none';

class StreamUse implements Use {
  readonly #scene: Scene;
  readonly counts = { interrupted: 0, resumedFromCheckpoint: 0, readAgain: 0 };
  readonly faults: string[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  async run(): Promise<void> {
    const { topics, streams } = this.#scene;
    const publishing = topics.map(({ definition: { name } }, number) => {
      const messages = createSource(this.#scene, name);
      for (const message of messages) streams.add(name, message);
      return this.#publishAll(clientOf(topicsOf(this.#scene, number), name), messages);
    });
    await Promise.all(publishing);
  }

  async #publishAll(topic: Topic, messages: readonly FaultMessage[]): Promise<void> {
    const place = { accepted: 0, checkpoint: 0 };
    for (let attempt = 0; place.accepted < messages.length; attempt += 1) {
      const random = seeded(this.#scene.seed, 'attempt', topic.topic.name, attempt);
      // An application that crashed knows its checkpoint only. Whatever the speed, this happens once at least.
      const hasCrashed = attempt > 0 && (random() < 0.4 || attempt === 1);
      const from = hasCrashed ? place.checkpoint : place.accepted;
      if (hasCrashed) this.counts.resumedFromCheckpoint += 1;
      this.counts.readAgain += place.accepted - from;
      const mishap = mishapOf(attempt, random);
      const run = new StreamAttempt(this.#scene, { topic, messages, from, mishap, random });
      const { accepted, checkpoint } = await run.publish();
      this.faults.push(...run.faults);
      this.#scene.tally.calls += 1;
      place.accepted = Math.max(place.accepted, from + accepted);
      place.checkpoint = from + checkpoint;
      if (place.accepted === messages.length) return;
      this.counts.interrupted += 1;
      await sleep(AGAIN_AFTER_MS, undefined, { signal: this.#scene.signal });
    }
  }
}

interface AttemptOptions {
  readonly topic: Topic;
  readonly messages: readonly FaultMessage[];
  /** Index of the first message that is published. */
  readonly from: number;
  readonly mishap: Mishap;
  readonly random: Random;
}

/** One call of `publishJsonStream`. */
class StreamAttempt {
  readonly #scene: Scene;
  readonly #options: AttemptOptions;
  readonly #givingUp = new AbortController();
  #read = 0;
  /** What was told: the application has stored all but the last one when it crashes. */
  readonly #told = [0, 0];
  readonly faults: string[] = [];

  constructor(scene: Scene, options: AttemptOptions) {
    this.#scene = scene;
    this.#options = options;
  }

  /** How many messages are accepted, and how many of them an application that crashes knows to be. */
  async publish(): Promise<{ accepted: number; checkpoint: number }> {
    const { topic, mishap, random } = this.#options;
    const signal = AbortSignal.any([this.#scene.signal, this.#givingUp.signal]);
    const end = (): void => this.#givingUp.abort(new Error('The caller gives up'));
    const timer = mishap === 'signal' ? setTimeout(end, between(random, 100, 2_000)) : undefined;
    const options = {
      maxInFlight: MAX_IN_FLIGHT,
      signal,
      onProgress: (accepted: number) => this.#reach(accepted),
    };
    try {
      const { accepted } = await topic.publishJsonStream(this.#source(), options);
      return this.#checked(accepted);
    } catch (error) {
      if (!isEventTopicError(error, 'STREAM_INTERRUPTED')) throw error;
      return this.#checked((error as PublishStreamError).accepted);
    } finally {
      clearTimeout(timer);
    }
  }

  async *#source(): AsyncGenerator<FaultMessage> {
    const { messages, from, mishap, random } = this.#options;
    const failsAt = mishap === 'source' ? from + between(random, 5, 60) : messages.length;
    for (const message of messages.slice(from, failsAt)) {
      if (random() < 0.1) await sleep(between(random, 0, this.#scene.size.pauseMs));
      this.#read += 1;
      yield message;
    }
    if (failsAt < messages.length) throw new Error('The source fails');
  }

  #reach(accepted: number): void {
    if (accepted < this.#lastTold) this.faults.push(`progress goes back to ${accepted}`);
    this.#told.push(accepted);
  }

  #checked(accepted: number): { accepted: number; checkpoint: number } {
    if (accepted < this.#lastTold || accepted > this.#read) {
      this.faults.push(`${accepted} accepted of ${this.#read}, at least ${this.#lastTold} were told`);
    }
    return { accepted, checkpoint: this.#told.at(-2) ?? 0 };
  }

  get #lastTold(): number {
    return this.#told.at(-1) ?? 0;
  }
}

function mishapOf(attempt: number, random: Random): Mishap {
  if (attempt >= INTERRUPTIONS) return 'none';
  return attempt === 0 ? 'source' : pick(random, ['source', 'signal']);
}

function createSource({ seed, size, topics }: Scene, topic: string): readonly FaultMessage[] {
  const random = seeded(seed, 'source', topic);
  const numbers = new Map<string, number>();
  return Array.from({ length: Math.floor(size.events / topics.length) }, () => {
    const id = aggregateId(between(random, 0, size.aggregatesPerTopic - 1));
    const number = (numbers.get(id) ?? 0) + 1;
    numbers.set(id, number);
    return createMessage(random, { seed, topic, id, number });
  });
}
