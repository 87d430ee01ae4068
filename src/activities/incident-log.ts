import { log } from '@temporalio/activity';
import type { AggregateOutcome, PublishFailure } from '../common/publisher-protocol.ts';

/**
 * One line when a topic stops taking events, one when it takes them again, per worker process: thousands of aggregates
 * retry meanwhile, and each of them says on its own status how it fares.
 */
export class IncidentLog {
  readonly #topic: string;
  #since: Date | undefined;

  constructor(topic: string) {
    this.#topic = topic;
  }

  /** What a publish activity achieved. */
  observe(outcomes: readonly AggregateOutcome[]): void {
    const failure = outcomes.map((outcome) => outcome.failure).find((one) => one && one.kind !== 'event');
    if (failure) this.#open(failure);
    else if (outcomes.some(({ receipts }) => receipts.length > 0)) this.#close();
  }

  #open({ kind, code, reason }: PublishFailure): void {
    if (this.#since) return;
    this.#since = new Date();
    const facts = { topic: this.#topic, kind, code, reason };
    if (kind === 'configuration')
      log.error('The topic refuses events until somebody corrects the cause', facts);
    else log.warn('The topic does not take events for now; they are tried again', facts);
  }

  #close(): void {
    if (!this.#since) return;
    const seconds = Math.round((Date.now() - this.#since.getTime()) / 1_000);
    log.info('The topic takes events again', {
      topic: this.#topic,
      since: this.#since.toISOString(),
      seconds,
    });
    this.#since = undefined;
  }
}
