import { validateMessages } from '../../../../src/client/publish/validate-messages.ts';
import type { StreamTarget } from '../../../../src/client/stream/publish-stream.ts';
import type { EventMessage } from '../../../../src/common/message.ts';
import { type Deferred, deferred, settled } from '../../../support/deferred.ts';
import { Customer } from '../../../support/messages.ts';

interface Call {
  readonly msgIds: readonly string[];
  readonly signal: AbortSignal | undefined;
  readonly answer: Deferred<void>;
}

/** Validates as an EventTopic does; what becomes of a call is up to the test. */
export class HeldTarget implements StreamTarget {
  readonly topic = 'Customer';
  readonly calls: Call[] = [];

  validate(message: EventMessage): ReturnType<StreamTarget['validate']> {
    return validateMessages(Customer, [message], { maxMessageBytes: 262_144 });
  }

  publish(messages: readonly EventMessage[], { signal }: { signal?: AbortSignal }): Promise<void> {
    const answer = deferred();
    this.calls.push({ msgIds: messages.map(({ meta }) => meta.msgId), signal, answer });
    return answer.promise;
  }

  /** msgIds of each call so far. */
  get sent(): readonly (readonly string[])[] {
    return this.calls.map(({ msgIds }) => msgIds);
  }

  async accept(...calls: readonly number[]): Promise<void> {
    await settled();
    for (const index of calls) this.calls[index]?.answer.resolve();
    await settled();
  }

  async fail(call: number, error: unknown): Promise<void> {
    await settled();
    this.calls[call]?.answer.reject(error);
    await settled();
  }
}

/** Accepts everything in the next turn of the event loop. */
export class WillingTarget extends HeldTarget {
  override publish(messages: readonly EventMessage[], options: { signal?: AbortSignal }): Promise<void> {
    const answer = super.publish(messages, options);
    const call = this.calls.length - 1;
    setImmediate(() => this.calls[call]?.answer.resolve());
    return answer;
  }
}
