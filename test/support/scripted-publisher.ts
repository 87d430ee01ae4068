import type { EventPublisher, PublishResult } from '../../src/activities/event-publisher.ts';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import type { PublishEntry, PublishFailure } from '../../src/common/publisher-protocol.ts';

/** One request as the publisher saw it. */
export interface Attempt {
  readonly msgId: string;
  /** When, in milliseconds, by the publisher's clock. */
  readonly at: number;
}

/** Says what is wrong with an event this time; undefined lets it pass. */
export type Script = (
  msgId: string,
  attempt: Attempt,
) => PublishFailure | undefined | Promise<PublishFailure | undefined>;

/** Fails as its script says, else keeps the events in memory. Records every attempt. */
export class ScriptedPublisher implements EventPublisher {
  readonly maxBatchEntries = 10;
  readonly attempts: Attempt[] = [];
  readonly #memory = new InMemoryPublisher();
  readonly #script: Script;
  readonly #clock: () => number | Promise<number>;

  /** `clock` tells the time of attempts; give the server's where it skips time. */
  constructor(script: Script, clock: () => number | Promise<number> = Date.now) {
    this.#script = script;
    this.#clock = clock;
  }

  /** msgIds published so far, in order. */
  get published(): readonly string[] {
    return this.#memory.messages.map(({ meta }) => meta.msgId);
  }

  /** msgIds published so far of one aggregate, in order. */
  publishedOf(id: string): readonly string[] {
    return this.#memory.messages.filter((message) => message.id === id).map(({ meta }) => meta.msgId);
  }

  async publish(topic: string, entries: readonly PublishEntry[]): Promise<readonly PublishResult[]> {
    return Promise.all(entries.map((entry) => this.#publishOne(topic, entry)));
  }

  describe(): string {
    return 'script';
  }

  async #publishOne(topic: string, entry: PublishEntry): Promise<PublishResult> {
    const { msgId } = entry.message.meta;
    const attempt = { msgId, at: await this.#clock() };
    this.attempts.push(attempt);
    const failure = await this.#script(msgId, attempt);
    if (failure) return { ok: false, failure };
    const [result] = await this.#memory.publish(topic, [entry]);
    if (result === undefined) throw new Error('InMemoryPublisher gave no result');
    return result;
  }
}

export const throttled: PublishFailure = { kind: 'retry', code: 'Throttled', reason: 'Rate exceeded' };
export const forbidden: PublishFailure = {
  kind: 'configuration',
  code: 'AuthorizationError',
  reason: 'not allowed',
};
export const refused: PublishFailure = { kind: 'event', code: 'InvalidParameter', reason: 'bad message' };
