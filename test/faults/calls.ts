import { createMeta } from '../../src/common/meta.ts';
import type { EventMessageOf } from '../../src/event-topic.ts';
import { between, pick, type Random } from './prng.ts';
import type { Streams } from './streams.ts';
import type { Customer, TopicName } from './topics.ts';

type Message = EventMessageOf<typeof Customer>;

/** One call of `publish`. */
export interface Call {
  readonly topic: TopicName;
  readonly messages: readonly Message[];
}

export interface CallsOptions {
  readonly seed: number;
  readonly random: Random;
  /** Aggregates of either topic. */
  readonly ids: readonly string[];
  readonly events: number;
  readonly streams: Streams;
}

const TOPICS = ['Customer', 'Order'] as const;
const MAX_EVENTS_PER_CALL = 20;

/** What one caller publishes: bursts of calls that it makes at the same time. Every aggregate has at least one event. */
export function* bursts(options: CallsOptions): Generator<readonly Call[]> {
  const { ids, events, random } = options;
  yield TOPICS.map((topic) => createCall(options, topic, ids));
  for (let left = events - TOPICS.length * ids.length; left > 0; ) {
    const burst: Call[] = [];
    for (let calls = between(random, 1, 3); calls > 0 && left > 0; calls -= 1) {
      const call = randomCall(options, Math.min(left, between(random, 1, MAX_EVENTS_PER_CALL)));
      burst.push(call);
      left -= call.messages.length;
    }
    yield burst;
  }
}

/** A call whose events belong to a few aggregates, in any order. */
function randomCall(options: CallsOptions, events: number): Call {
  const { ids, random } = options;
  const some = Array.from({ length: pick(random, [1, 1, 2, 3, 5]) }, () => pick(random, ids));
  const targets = Array.from({ length: events }, () => pick(random, some));
  return createCall(options, pick(random, TOPICS), targets);
}

/** A call with one new event for each of the ids. */
function createCall(options: CallsOptions, topic: TopicName, ids: readonly string[]): Call {
  return { topic, messages: ids.map((id) => createMessage(options, topic, id)) };
}

function createMessage({ seed, random, streams }: CallsOptions, topic: TopicName, id: string): Message {
  const number = (streams.byAggregate.get(`${topic}/${id}`)?.length ?? 0) + 1;
  const meta = createMeta({ service: 'faults', msgId: `${seed}/${topic}/${id}/${number}` });
  const event = { type: 'Happened' as const, number, text: 'é'.repeat(between(random, 0, 300)) };
  const message = { id, meta, event };
  streams.add(topic, message);
  return message;
}
