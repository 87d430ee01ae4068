import type { PublishResult } from '../../src/activities/event-publisher.ts';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import type { EventMessage } from '../../src/common/message.ts';
import type { PublishFailure } from '../../src/common/protocol/activities.ts';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';
import { refused } from './scripted-publisher.ts';

/** Refuses some msgIds until told otherwise; keeps what it publishes, contents and all. */
export class RefusingPublisher extends InMemoryPublisher {
  /** msgIds that are refused; a test may change it at any time. */
  readonly bad: Set<string>;
  readonly attempts: string[] = [];
  readonly #failure: PublishFailure;

  constructor(bad: readonly string[] = [], failure: PublishFailure = refused) {
    super();
    this.bad = new Set(bad);
    this.#failure = failure;
  }

  override publish(topic: string, entries: readonly PublishEntry[]): Promise<readonly PublishResult[]> {
    return Promise.all(entries.map((entry) => this.#publishOne(topic, entry)));
  }

  messagesOf(id: string): readonly EventMessage[] {
    return this.messages.filter((message) => message.id === id);
  }

  msgIdsOf(id: string): readonly string[] {
    return this.messagesOf(id).map(({ meta }) => meta.msgId);
  }

  async #publishOne(topic: string, entry: PublishEntry): Promise<PublishResult> {
    const { msgId } = entry.message.meta;
    this.attempts.push(msgId);
    if (this.bad.has(msgId)) return { ok: false, failure: this.#failure };
    const [result] = await super.publish(topic, [entry]);
    if (result === undefined) throw new Error('InMemoryPublisher gave no result');
    return result;
  }
}
