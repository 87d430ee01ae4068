import { setTimeout as sleep } from 'node:timers/promises';
import { aggregateId, type Call, createMessage } from '../calls.ts';
import { clientOf, type Topics, topicsOf } from '../driver.ts';
import { between, pick, type Random, seeded, shuffled } from '../prng.ts';
import type { Attempt } from '../tally.ts';
import { type FaultMessage, faultTopic } from '../topics.ts';
import type { Scene, Use, Workload } from '../workload.ts';

const PROCESSES = 2;
/** Events that no process publishes, and events that one of them forgets, in percent. */
const HIDDEN_PERCENT = 6;
const FORGOTTEN_PERCENT = 10;
const REPEAT_PERCENT = 15;
/** Events of one stream that a process may publish in any order. */
const WINDOW = 8;
const MAX_EVENTS_PER_CALL = 8;
const SETTINGS = {
  gapTimeoutMs: 1_000,
  // Every stream begins with its first event, so nothing waits for this to pass; on a slow machine that one may come late.
  settleMs: 300_000,
};

/** Order by position: two processes publish every event, concurrently and in any order; the EventLog has those that are missing. */
export const positions: Workload = {
  name: 'positions',
  topics: [
    faultTopic('Account', { ordering: 'position', settings: SETTINGS }),
    faultTopic('Balance', { ordering: 'position', partitions: 2, settings: SETTINGS }),
  ],
  topology: 'fifo',
  collectors: ['Accounting'],
  use: (scene) => new PositionsUse(scene),
};

interface Stored {
  readonly topic: string;
  readonly message: FaultMessage & { readonly position: number };
}

class PositionsUse implements Use {
  readonly #scene: Scene;
  readonly #stored: readonly Stored[];
  readonly counts = { hidden: 0, duplicates: 0 };
  readonly faults: string[] = [];

  /** Everything stands in the EventLog from the start. */
  constructor(scene: Scene) {
    this.#scene = scene;
    this.#stored = createStreams(scene);
    for (const { topic, message } of this.#stored) scene.streams.add(topic, message);
    this.counts.hidden = this.#stored.filter((stored) => this.#isHidden(stored)).length;
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: PROCESSES }, (_, number) => this.#runProcess(number)));
  }

  /** Nothing waits, and nothing came when it was too late. */
  async finish(): Promise<void> {
    const topics = topicsOf(this.#scene, 0);
    for (const [aggregate, stream] of this.#scene.streams.byAggregate) {
      const [name = '', id = ''] = aggregate.split('/');
      const status = await clientOf(topics, name).status(id);
      const { watermark, early, late } = ('position' in status && status.position) || {};
      this.counts.duplicates += 'duplicates' in status ? status.duplicates : 0;
      const isGood = status.state === 'idle' && watermark === stream.length && early === 0 && late === 0;
      if (!isGood) this.faults.push(`${aggregate}: ${JSON.stringify(status)}`);
    }
  }

  async #runProcess(number: number): Promise<void> {
    const { seed, size, tally, signal } = this.#scene;
    const random = seeded(seed, 'process', number);
    const topics = topicsOf(this.#scene, number);
    const known = this.#stored.filter((stored) => !this.#isHidden(stored) && !this.#forgets(number, stored));
    const made: Call[] = [];
    for (const window of windowsOf(known)) {
      const calls = toCalls(shuffled(random, window), random);
      while (calls.length > 0) {
        const burst = calls.splice(0, between(random, 1, 3));
        await tally.untilAccepted(burst.map((call) => toAttempt(topics, call)));
        made.push(...burst);
        if (random() * 100 < REPEAT_PERCENT) {
          tally.repeatedCalls += 1;
          await tally.untilAccepted([toAttempt(topics, pick(random, made))]);
        }
        await sleep(between(random, 0, size.pauseMs), undefined, { signal });
      }
    }
  }

  /** Neither the first, with which a stream begins, nor the last: nothing would show that it is missing. */
  #isHidden({ topic, message }: Stored): boolean {
    const { seed, streams } = this.#scene;
    const last = streams.byAggregate.get(`${topic}/${message.id}`)?.length;
    if (message.position === 1 || message.position === last) return false;
    return seeded(seed, 'hidden', message.meta.msgId)() * 100 < HIDDEN_PERCENT;
  }

  /** Each process forgets others. */
  #forgets(number: number, { message }: Stored): boolean {
    const which = seeded(this.#scene.seed, 'forgotten', message.meta.msgId)() * 100;
    return which >= number * FORGOTTEN_PERCENT && which < (number + 1) * FORGOTTEN_PERCENT;
  }
}

function createStreams({ seed, size, topics }: Scene): readonly Stored[] {
  const random = seeded(seed, 'streams');
  const length = Math.floor(size.events / topics.length / size.aggregatesPerTopic);
  const aggregates = topics.flatMap(({ definition }) =>
    Array.from({ length: size.aggregatesPerTopic }, (_, index) => ({
      topic: definition.name,
      id: aggregateId(index),
    })),
  );
  return aggregates.flatMap(({ topic, id }) =>
    Array.from({ length }, (_, index) => {
      const position = index + 1;
      const message = createMessage(random, { seed, topic, id, number: position });
      return { topic, message: { ...message, position } };
    }),
  );
}

/** The events that are published in one go, of all streams together. */
function windowsOf(stored: readonly Stored[]): readonly (readonly Stored[])[] {
  const windows: Stored[][] = [];
  for (const one of stored) {
    const index = Math.floor((one.message.position - 1) / WINDOW);
    windows[index] = [...(windows[index] ?? []), one];
  }
  return windows.filter((window) => window !== undefined);
}

function toCalls(window: readonly Stored[], random: Random): Call[] {
  const calls: Call[] = [];
  for (let at = 0; at < window.length; ) {
    const some = window.slice(at, at + between(random, 1, MAX_EVENTS_PER_CALL));
    for (const topic of new Set(some.map((one) => one.topic))) {
      calls.push({
        topic,
        messages: some.filter((one) => one.topic === topic).map(({ message }) => message),
      });
    }
    at += some.length;
  }
  return calls;
}

function toAttempt(topics: Topics, { topic, messages }: Call): Attempt {
  const client = clientOf(topics, topic);
  return { messages, publish: () => client.publish(messages) };
}
