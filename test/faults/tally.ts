import { setTimeout as sleep } from 'node:timers/promises';
import { isEventTopicError } from '../../src/common/errors.ts';
import type { EventMessage } from '../../src/common/message.ts';

/** One call of `publish`, to be made as often as it takes. */
export interface Attempt {
  readonly messages: readonly EventMessage[];
  publish(): Promise<unknown>;
}

const AGAIN_AFTER_MS = 200;

/** Makes calls as applications do, which repeat what Temporal refused, and counts them. */
export class Tally {
  readonly #signal: AbortSignal;
  calls = 0;
  /** Calls that were accepted and are made again on purpose. */
  repeatedCalls = 0;
  /** Calls that Temporal did not take, which are made again. */
  refusedCalls = 0;
  /** Events of refused calls. Temporal may have had them: their publisher, if it has closed since, sends them twice. */
  readonly publishedAgain = new Set<string>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Makes the calls concurrently, in this order. Resolves when all are accepted. */
  async untilAccepted(attempts: readonly Attempt[]): Promise<void> {
    this.calls += attempts.length;
    // All in the same turn.
    const outcomes = await Promise.allSettled(attempts.map((attempt) => attempt.publish()));
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    const fault = reasons.find((reason) => !isEventTopicError(reason, 'PUBLISH_NOT_ACCEPTED'));
    if (fault !== undefined) throw fault;
    const refused = attempts.filter((_, index) => outcomes[index]?.status === 'rejected');
    if (refused.length === 0) return;
    this.refusedCalls += refused.length;
    for (const { meta } of refused.flatMap(({ messages }) => messages)) this.publishedAgain.add(meta.msgId);
    await sleep(AGAIN_AFTER_MS, undefined, { signal: this.#signal });
    await this.untilAccepted(refused);
  }
}
