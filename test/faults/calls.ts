import { createMeta } from '../../src/common/meta.ts';
import { between, pick, type Random } from './prng.ts';
import type { Streams } from './streams.ts';
import type { FaultMessage } from './topics.ts';

/** One call of `publish`. */
export interface Call {
  readonly topic: string;
  readonly messages: readonly FaultMessage[];
}

export interface CallsOptions {
  readonly seed: number;
  readonly random: Random;
  /** Names of the topics. */
  readonly topics: readonly string[];
  /** Aggregates of each topic. */
  readonly ids: readonly string[];
  readonly events: number;
  readonly maxEventsPerCall: number;
  readonly streams: Streams;
  /** Adds a new event to the streams. */
  add(topic: string, message: FaultMessage): void;
}

/** What one caller publishes: bursts of calls that it makes at the same time. Every aggregate has at least one event. */
export function* bursts(options: CallsOptions): Generator<readonly Call[]> {
  const { topics, ids, events, random, maxEventsPerCall } = options;
  yield topics.map((topic) => createCall(options, topic, ids));
  for (let left = events - topics.length * ids.length; left > 0; ) {
    const burst: Call[] = [];
    for (let calls = between(random, 1, 3); calls > 0 && left > 0; calls -= 1) {
      const call = randomCall(options, Math.min(left, between(random, 1, maxEventsPerCall)));
      burst.push(call);
      left -= call.messages.length;
    }
    yield burst;
  }
}

/** A call whose events belong to a few aggregates, in any order. */
function randomCall(options: CallsOptions, events: number): Call {
  const { ids, random, topics } = options;
  const some = Array.from({ length: pick(random, [1, 1, 2, 3, 5]) }, () => pick(random, ids));
  const targets = Array.from({ length: events }, () => pick(random, some));
  return createCall(options, pick(random, topics), targets);
}

/** A call with one new event for each of the ids. */
function createCall(options: CallsOptions, topic: string, ids: readonly string[]): Call {
  const { streams, random, seed, add } = options;
  const messages = ids.map((id) => {
    const number = (streams.byAggregate.get(`${topic}/${id}`)?.length ?? 0) + 1;
    const message = createMessage(random, { seed, topic, id, number });
    add(topic, message);
    return message;
  });
  return { topic, messages };
}

export interface EventRef {
  readonly seed: number;
  readonly topic: string;
  readonly id: string;
  /** 1 for the aggregate's first event. */
  readonly number: number;
}

export function createMessage(random: Random, { seed, topic, id, number }: EventRef): FaultMessage {
  const meta = createMeta({ service: 'faults', msgId: `${seed}/${topic}/${id}/${number}` });
  return { id, meta, event: { type: 'Happened', number, text: 'é'.repeat(between(random, 0, 300)) } };
}

/** Some are none that SNS takes as they are. Topics use the same ids. */
export function aggregateId(number: number): string {
  return number % 10 === 0 ? `Nº ${number}` : `${number}`;
}
