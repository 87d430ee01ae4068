import { setTimeout as sleep } from 'node:timers/promises';
import { isEventTopicError, NotPublishedError, type Receipt } from '../../../src/common/errors.ts';
import { Driver, type Topic } from '../driver.ts';
import { pick, type Random, seeded } from '../prng.ts';
import { type FaultMessage, faultTopic } from '../topics.ts';
import type { Scene, Use, Workload } from '../workload.ts';

/** Milliseconds. Some are over before anybody can have published anything. */
const TIMEOUTS = [5, 5, 500, 2_000, 20_000, 'none'] as const;
const GIVE_UP_PERCENT = 10;
const GIVE_UP_AFTER_MS = 100;
/** In the end, nothing fails any more. */
const LAST_TIMEOUT_MS = 15_000;

/** Callers that wait until SNS has what they publish, or until they have waited enough. */
export const receipts: Workload = {
  name: 'receipts',
  topics: [faultTopic('Invoice'), faultTopic('Reminder', { partitions: 2 })],
  topology: 'fifo',
  collectors: ['Invoicing'],
  use: (scene) => new ReceiptsUse(scene),
};

interface Call {
  readonly topic: Topic;
  readonly messages: readonly FaultMessage[];
}

class ReceiptsUse implements Use {
  readonly #scene: Scene;
  readonly #driver: Driver;
  readonly #unconfirmed: Call[] = [];
  readonly counts = { receipts: 0, unconfirmedCalls: 0 };
  readonly faults: string[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#driver = new Driver(scene, {
      callers: 4,
      maxEventsPerCall: 8,
      publish: (topic, messages, isAlone) => this.#publish({ topic, messages }, isAlone),
    });
  }

  run(): Promise<void> {
    return this.#driver.run();
  }

  /** What was not confirmed in time is published all the same: who asks again gets the receipts. */
  async finish(): Promise<void> {
    for (const call of this.#unconfirmed) {
      const { topic, messages } = call;
      await topic.publish(messages, { waitFor: 'published', timeout: LAST_TIMEOUT_MS }).then(
        (all) => this.#keep(call, all),
        (error) => this.faults.push(`asked again for ${messages[0]?.meta.msgId}: ${error}`),
      );
    }
  }

  async #publish(call: Call, isAlone: boolean): Promise<void> {
    const { topic, messages } = call;
    const random = seeded(this.#scene.seed, 'wait', messages[0]?.meta.msgId ?? '', messages.length);
    const timeout = pick(random, TIMEOUTS);
    const options = { waitFor: 'published', ...(timeout === 'none' ? {} : { timeout }) } as const;
    const patience = this.#patience(random, isAlone);
    try {
      this.#keep(call, await topic.publish(messages, { ...options, signal: patience.signal }));
    } catch (error) {
      if (isEventTopicError(error, 'PUBLISH_NOT_ACCEPTED')) throw error;
      this.#keepUnconfirmed(call, error);
    } finally {
      patience.end();
    }
  }

  /**
   * Some callers give up while they wait. Not while later calls are under way: one that was given up before Temporal had it holds
   * up nobody, so that its events come behind theirs when it is made again.
   */
  #patience(random: Random, isAlone: boolean): { readonly signal: AbortSignal; end(): void } {
    const ending = new AbortController();
    const givingUp = new AbortController();
    if (random() * 100 < GIVE_UP_PERCENT && isAlone) {
      const end = (): void => givingUp.abort(new Error('The caller gives up'));
      sleep(GIVE_UP_AFTER_MS, undefined, { signal: ending.signal }).then(end, () => undefined);
    }
    return { signal: givingUp.signal, end: () => ending.abort() };
  }

  #keepUnconfirmed(call: Call, error: unknown): void {
    this.counts.unconfirmedCalls += 1;
    this.#unconfirmed.push(call);
    if (!(error instanceof NotPublishedError) || error.code !== 'PUBLISH_NOT_CONFIRMED') {
      this.faults.push(`whoever waits gets ${error}`);
      return;
    }
    if (error.waiting.length === 0) this.faults.push(`nothing waits: ${error}`);
    if (error.receipts.length + error.waiting.length !== call.messages.length) {
      this.faults.push(`not every message is received or waiting: ${error}`);
    }
    for (const receipt of error.receipts) this.#check(receipt);
  }

  #keep({ messages }: Call, all: readonly Receipt[]): void {
    const asked = messages.map(({ id, meta }) => `${id} ${meta.msgId}`).join();
    const got = all.map(({ id, msgId }) => `${id} ${msgId}`).join();
    if (asked !== got) this.faults.push(`receipts of ${got} for ${asked}`);
    for (const receipt of all) this.#check(receipt);
  }

  /** SNS has said so: the proxy has seen it. */
  #check({ msgId, snsMessageId }: Receipt): void {
    this.counts.receipts += 1;
    if (snsMessageId && this.#scene.log.hasAnswered(msgId, snsMessageId)) return;
    this.faults.push(`SNS has not acknowledged ${msgId} as ${snsMessageId}`);
  }
}
