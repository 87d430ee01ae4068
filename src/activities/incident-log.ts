import { log } from '@temporalio/activity';
import { INCIDENT_QUIET_MS } from '../common/defaults.ts';
import type { AggregateOutcome, PublishFailure } from '../common/protocol/activities.ts';

/**
 * One line when a topic stops taking events, one when it has taken them for a while again, per worker process: thousands
 * of aggregates retry meanwhile, and each of them says on its own status how it fares.
 */
export class IncidentLog {
  readonly #topic: string;
  #incident: Incident | undefined;

  constructor(topic: string) {
    this.#topic = topic;
  }

  /** What a publish activity achieved. */
  observe(outcomes: readonly AggregateOutcome[]): void {
    const failure = outcomes.map((outcome) => outcome.failure).find((one) => one && one.kind !== 'event');
    if (failure) this.#failed(failure);
    else if (outcomes.some(({ receipts }) => receipts.length > 0)) this.#succeeded();
  }

  #failed({ kind, code, reason }: PublishFailure): void {
    const known = this.#incident;
    this.#incident = { kind, since: known?.since ?? Date.now(), lastFailureAt: Date.now() };
    const isWorse = kind === 'configuration' && known?.kind === 'retry';
    if (known && !isWorse) return;
    const facts = { topic: this.#topic, kind, code, reason };
    if (kind === 'configuration')
      log.error('The topic refuses events until somebody corrects the cause', facts);
    else log.warn('The topic does not take events for now; they are tried again', facts);
  }

  // A success among failures, as under throttling, does not end an incident.
  #succeeded(): void {
    if (!this.#incident) return;
    const { since, lastFailureAt } = this.#incident;
    this.#incident.worksSince ??= Date.now();
    if (Date.now() - lastFailureAt < INCIDENT_QUIET_MS) return;
    const seconds = Math.round((this.#incident.worksSince - since) / 1_000);
    log.info('The topic takes events again', {
      topic: this.#topic,
      since: new Date(since).toISOString(),
      seconds,
    });
    this.#incident = undefined;
  }
}

interface Incident {
  readonly kind: PublishFailure['kind'];
  readonly since: number;
  readonly lastFailureAt: number;
  /** First success after the last failure. */
  worksSince?: number;
}
