import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { EventTopic } from '../../src/client/event-topic.ts';
import { isEventTopicError } from '../../src/common/errors.ts';
import { bursts, type Call } from './calls.ts';
import { between, pick, type Random, seeded } from './prng.ts';
import type { Streams } from './streams.ts';
import { Customer, Order, type TopicName } from './topics.ts';

export interface DriverOptions {
  readonly seed: number;
  readonly events: number;
  readonly aggregatesPerTopic: number;
  /** The callers take turns in using them. */
  readonly clients: readonly Client[];
  readonly streams: Streams;
  /** Longest pause of a caller between its bursts of calls. */
  readonly pauseMs: number;
}

const CALLERS = 6;
const REPEAT_PERCENT = 15;
/** Runs of a publisher are short, so that many continue as new while something else goes wrong. */
const MAX_SIGNALS_PER_RUN = 3;
/** Publishers of orders close when an aggregate is quiet for a moment; those of customers stay open. */
const ORDER_LINGER_MS = 3_000;
const AGAIN_AFTER_MS = 200;

/** Publishes as applications do: concurrent callers, each with aggregates of its own, that repeat what was refused. */
export class Driver {
  readonly #options: DriverOptions;
  calls = 0;
  /** Calls that were accepted and are made again on purpose. */
  repeatedCalls = 0;
  /** Calls that Temporal did not take, which are made again. */
  refusedCalls = 0;
  /** Events of refused calls. Temporal may have had them: their publisher, if it has closed since, sends them twice. */
  readonly publishedAgain = new Set<string>();

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** Resolves when every event is accepted. */
  async run(): Promise<void> {
    await Promise.all(Array.from({ length: CALLERS }, (_, number) => this.#runCaller(number)));
  }

  async #runCaller(number: number): Promise<void> {
    const { seed, events, aggregatesPerTopic, streams, pauseMs } = this.#options;
    const random = seeded(seed, 'caller', number);
    const all = Array.from({ length: aggregatesPerTopic }, (_, index) => index);
    const ids = all.filter((index) => index % CALLERS === number).map(aggregateId);
    const share = Math.floor(events / CALLERS) + (number < events % CALLERS ? 1 : 0);
    const topics = this.#topicsOf(number);
    const accepted: Call[] = [];
    for (const burst of bursts({ seed, random, ids, events: share, streams })) {
      await this.#untilAccepted(topics, burst);
      accepted.push(...burst.filter(({ topic }) => topic === 'Customer'));
      await this.#repeat(topics, accepted, random);
      await sleep(between(random, 0, pauseMs));
    }
  }

  /** Each caller has its own, as separate processes would. */
  #topicsOf(caller: number): Topics {
    const { clients } = this.#options;
    const client = clients[caller % clients.length];
    if (client === undefined) throw new RangeError('There is no client');
    const settings = { maxSignalsPerRun: MAX_SIGNALS_PER_RUN };
    return {
      Customer: new EventTopic(Customer, { client, settings }),
      Order: new EventTopic(Order, { client, settings: { ...settings, lingerMs: ORDER_LINGER_MS } }),
    };
  }

  async #untilAccepted(topics: Topics, calls: readonly Call[]): Promise<void> {
    this.calls += calls.length;
    // All in the same turn: concurrent calls, in this order.
    const outcomes = await Promise.allSettled(
      calls.map(({ topic, messages }) => topics[topic].publish(messages)),
    );
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    const fault = reasons.find((reason) => !isEventTopicError(reason, 'PUBLISH_NOT_ACCEPTED'));
    if (fault !== undefined) throw fault;
    const refused = calls.filter((_, index) => outcomes[index]?.status === 'rejected');
    if (refused.length === 0) return;
    this.refusedCalls += refused.length;
    for (const { meta } of refused.flatMap(({ messages }) => messages)) this.publishedAgain.add(meta.msgId);
    await sleep(AGAIN_AFTER_MS);
    await this.#untilAccepted(topics, refused);
  }

  /** Now and then an earlier call once more. Its publishers are open and know its msgIds. */
  async #repeat(topics: Topics, accepted: readonly Call[], random: Random): Promise<void> {
    if (accepted.length === 0 || random() * 100 >= REPEAT_PERCENT) return;
    this.repeatedCalls += 1;
    await this.#untilAccepted(topics, [pick(random, accepted)]);
  }
}

type Topics = Readonly<Record<TopicName, EventTopic<typeof Customer.event>>>;

/** Both topics use the same ids. Some are none that SNS takes as they are. */
function aggregateId(number: number): string {
  return number % 10 === 0 ? `Nº ${number}` : `${number}`;
}
