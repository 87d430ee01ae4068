import { setTimeout as sleep } from 'node:timers/promises';
import type { ParkedAggregate } from '../../../src/common/protocol/parked.ts';
import type { PublisherStatus } from '../../../src/common/protocol/status.ts';
import { clientOf, Driver, type Topic, type Topics, topicsOf } from '../driver.ts';
import { mayPass, until } from '../operating.ts';
import { between, pick, seeded, shuffled } from '../prng.ts';
import { type FaultMessage, faultTopic } from '../topics.ts';
import type { Scene, Use, Workload } from '../workload.ts';
import { Pauses, type SentWhilePaused } from './pauses.ts';

/** Events that SNS refuses, in percent. */
const REFUSED_PERCENT = 8;
/** Refused events that somebody tries again before the cause is cured, in percent. */
const TOO_SOON_PERCENT = 30;
const OPERATORS = ['ada', 'grace'];
const LOOK_AGAIN_MS = 300;
/** Temporal's lists lag. */
const LIST_LAG_MS = 10_000;

/** What is done about a refused event: `retry` once the cause is cured. */
type Remedy = 'retry' | 'skip' | 'replace';

interface Refused {
  readonly topic: string;
  readonly message: FaultMessage;
  readonly index: number;
  readonly remedy: Remedy;
}

/** SNS refuses some events for good. Operators find the parked aggregates and do something about each; others pause and resume. */
export const operators: Workload = {
  name: 'operators',
  topics: [faultTopic('Payment'), faultTopic('Refund', { partitions: 2 })],
  topology: 'fifo',
  collectors: ['Bookkeeping'],
  use: (scene) => new OperatorsUse(scene),
};

class OperatorsUse implements Use {
  readonly #scene: Scene;
  readonly #driver: Driver;
  readonly #pauses: Pauses;
  /** By msgId: those that nobody has done anything about. */
  readonly #refused = new Map<string, Refused>();
  /** Those that were tried again too soon, once. */
  readonly #triedTooSoon = new Set<string>();
  /** Those that something was done about, while nobody knows whether it took effect. */
  readonly #unsure = new Set<Refused>();
  #isDriven = false;
  readonly #counts = { retry: 0, skip: 0, replace: 0, tooSoon: 0, tooLate: 0 };
  readonly faults: string[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
    const add = (topic: string, message: FaultMessage): void => this.#add(topic, message);
    this.#driver = new Driver(scene, { callers: 4, maxEventsPerCall: 6, add });
    this.#pauses = new Pauses(scene, this.faults);
  }

  get counts(): Readonly<Record<string, number>> {
    return { ...this.#counts, pauses: this.#pauses.count };
  }

  get sentWhilePaused(): readonly SentWhilePaused[] {
    return this.#pauses.sent;
  }

  async run(): Promise<void> {
    const driving = this.#driver.run().finally(() => {
      this.#isDriven = true;
    });
    const isOver = (): boolean => this.#isDriven && this.#refused.size === 0;
    const operating = OPERATORS.map((actor, number) => this.#operate(actor, number, isOver));
    await Promise.all([driving, ...operating, this.#pauses.run(isOver)]);
  }

  /** Nothing is parked, and nothing is listed as parked. */
  async finish(): Promise<void> {
    const topics = topicsOf(this.#scene, 0);
    for (const [name, topic] of topics) {
      const isEmpty = await until(async () => (await topic.parked()).length === 0, LIST_LAG_MS);
      if (!isEmpty) this.faults.push(`still listed: ${JSON.stringify(await topic.parked())}`);
      for (const aggregate of this.#scene.streams.byAggregate.keys()) {
        const [ofTopic, id = ''] = aggregate.split('/');
        const { state } = ofTopic === name ? await topic.status(id) : { state: 'idle' };
        if (state !== 'idle') this.faults.push(`${aggregate} is ${state}`);
      }
    }
  }

  /** By its msgId alone an event is refused or not, and what becomes of it then. */
  #add(topic: string, message: FaultMessage): void {
    const { seed, streams, refusals } = this.#scene;
    const { msgId } = message.meta;
    const random = seeded(seed, 'refused', msgId);
    if (random() * 100 >= REFUSED_PERCENT) {
      streams.add(topic, message);
      return;
    }
    const remedy = pick(random, ['retry', 'skip', 'replace'] as const);
    refusals.refuse(message, pick(random, ['refusedEntry', 'refusedRequest'] as const));
    if (random() * 100 >= TOO_SOON_PERCENT) this.#triedTooSoon.add(msgId);
    const received = { retry: message, skip: null, replace: corrected(message) };
    streams.add(topic, message, received[remedy]);
    this.#refused.set(msgId, { topic, message, index: message.event.number - 1, remedy });
  }

  /** Two operators work at the same time, and may have the same aggregate before them. */
  async #operate(actor: string, number: number, isOver: () => boolean): Promise<void> {
    const topics = topicsOf(this.#scene, number);
    for (let round = 0; !isOver(); round += 1) {
      const random = seeded(this.#scene.seed, actor, round);
      const parked = await this.#list(topics);
      for (const aggregate of shuffled(random, parked)) await this.#remedy(actor, topics, aggregate);
      for (const refused of this.#unsure) await this.#conclude(clientOf(topics, refused.topic), refused);
      await sleep(between(random, 0, 2 * LOOK_AGAIN_MS), undefined, { signal: this.#scene.signal });
    }
  }

  async #list(topics: Topics): Promise<readonly ParkedAggregate[]> {
    const lists = await Promise.all([...topics.values()].map((topic) => mayPass(() => topic.parked())));
    return lists.flatMap((parked) => (parked.ok ? parked.value : []));
  }

  async #remedy(actor: string, topics: Topics, { topic, id, msgId, code }: ParkedAggregate): Promise<void> {
    const refused = this.#refused.get(msgId);
    // The list is old.
    if (refused === undefined) return;
    if (code !== 'InvalidParameter') this.faults.push(`${topic}/${id} is parked for ${code}`);
    const client = clientOf(topics, topic);
    if (!this.#triedTooSoon.has(msgId)) {
      this.#triedTooSoon.add(msgId);
      const done = await mayPass(() => client.retry(id, { actor, reason: 'perhaps', msgId }));
      if (done.ok) this.#counts.tooSoon += 1;
      return;
    }
    this.#unsure.add(refused);
    await this.#apply(actor, client, refused);
    await this.#conclude(client, refused);
  }

  /** Whoever does not know yet asks again: the aggregate is no longer listed when it was done. */
  async #conclude(client: Topic, refused: Refused): Promise<void> {
    if (!(await this.#isDone(client, refused))) return;
    this.#unsure.delete(refused);
    if (this.#refused.delete(refused.message.meta.msgId)) this.#counts[refused.remedy] += 1;
  }

  async #apply(actor: string, client: Topic, { topic, message, index, remedy }: Refused): Promise<void> {
    const { refusals, log } = this.#scene;
    const { id, meta } = message;
    const { msgId } = meta;
    const request = { actor, reason: reasonFor(remedy), msgId };
    if (remedy === 'retry') refusals.cure(msgId);
    if (remedy === 'skip') log.acknowledge({ aggregate: `${topic}/${id}`, index, msgId });
    const done = await mayPass(() =>
      remedy === 'replace'
        ? client.replace(id, { ...request, message: corrected(message) })
        : client[remedy](id, request),
    );
    if (!done.ok) this.#counts.tooLate += done.isRefused ? 1 : 0;
    else if (!isRecorded(done.value, { msgId, remedy })) {
      this.faults.push(`${remedy} of ${msgId} is not recorded: ${JSON.stringify(done.value)}`);
    }
  }

  /** An answer may be lost, or the other operator was quicker: the publisher knows what was done. */
  async #isDone(client: Topic, { topic, message: { id, meta }, index, remedy }: Refused): Promise<boolean> {
    // Once the cause is cured, a retry that was meant to be too soon may publish it.
    if (remedy === 'retry' && this.#scene.log.reachedBy(`${topic}/${id}`) > index) return true;
    const status = await mayPass(() => client.status(id));
    return (
      status.ok && 'operations' in status.value && isRecorded(status.value, { msgId: meta.msgId, remedy })
    );
  }
}

function isRecorded(
  { operations = [] }: Pick<PublisherStatus, 'operations'>,
  { msgId, remedy }: { readonly msgId: string; readonly remedy: Remedy },
): boolean {
  return operations.some(
    (done) =>
      done.operation === remedy &&
      done.msgId === msgId &&
      done.reason === reasonFor(remedy) &&
      OPERATORS.includes(done.actor),
  );
}

function reasonFor(remedy: Remedy): string {
  return `The fault run wants ${remedy}`;
}

function corrected(message: FaultMessage): FaultMessage {
  return { ...message, event: { ...message.event, text: 'corrected' } };
}
