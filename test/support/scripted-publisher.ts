import type { PublishResult } from '../../src/activities/event-publisher.ts';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import type { Attempt } from '../../src/activities/publishers/publisher-spy.ts';
import type { PublishFailure } from '../../src/common/protocol/activities.ts';
import type { PublishEntry } from '../../src/common/protocol/entry.ts';

export type { Attempt } from '../../src/activities/publishers/publisher-spy.ts';

/** Says what is wrong with an event this time; undefined lets it pass. */
export type Script = (
  msgId: string,
  attempt: Attempt,
) => PublishFailure | undefined | Promise<PublishFailure | undefined>;

/** The in-memory publisher with a script by msgId, and with what it published by msgId. */
export class ScriptedPublisher extends InMemoryPublisher {
  /** `clock` tells the time of attempts; give the server's where it skips time. */
  constructor(script: Script, clock: () => number | Promise<number> = Date.now) {
    super({ script: ({ meta }, attempt) => script(meta.msgId, attempt), now: clock });
  }

  /** Every try so far. */
  get attempts(): readonly Attempt[] {
    return this.spy.attempts;
  }

  /** msgIds published so far, in order. */
  get published(): readonly string[] {
    return this.messages.map(({ meta }) => meta.msgId);
  }

  /** msgIds published so far of one aggregate, in order. */
  publishedOf(id: string): readonly string[] {
    return this.messages.filter((message) => message.id === id).map(({ meta }) => meta.msgId);
  }

  /** Whatever has begun is awaited, as a request is that has reached SNS. */
  override publish(topic: string, entries: readonly PublishEntry[]): Promise<readonly PublishResult[]> {
    return super.publish(topic, entries);
  }

  override describe(): string {
    return 'script';
  }
}

export const throttled: PublishFailure = { kind: 'retry', code: 'Throttled', reason: 'Rate exceeded' };
export const unavailable: PublishFailure = { kind: 'retry', code: 'ServiceUnavailable', reason: 'Try again' };
export const forbidden: PublishFailure = {
  kind: 'configuration',
  code: 'AuthorizationError',
  reason: 'not allowed',
};
export const refused: PublishFailure = { kind: 'event', code: 'InvalidParameter', reason: 'bad message' };
