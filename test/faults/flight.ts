import type { Arrival, Outcome, Send, SendLog } from './send-log.ts';

// A client that closes its connection this soon after the answer had given up before it read it.
const GIVEN_UP_MS = 5_000;

/** One request on its way through the proxy. */
export class Flight {
  readonly worker: string;
  readonly arrivals: readonly Arrival[];
  readonly #log: SendLog;
  #sends = new Map<Arrival, Send>();
  #answeredAt = 0;

  constructor(log: SendLog, worker: string, arrivals: readonly Arrival[]) {
    this.#log = log;
    this.worker = worker;
    this.arrivals = arrivals;
  }

  /** SNS is about to take these. */
  send(arrivals: readonly Arrival[]): void {
    for (const arrival of arrivals) {
      const now = Date.now();
      const send: Send = {
        aggregate: arrival.aggregate,
        worker: this.worker,
        at: now,
        outcome: 'under way',
        settledAt: now,
        snsMessageId: '',
      };
      this.#sends.set(arrival, send);
      this.#log.sends.set(arrival.msgId, [...(this.#log.sends.get(arrival.msgId) ?? []), send]);
    }
  }

  /** SNS has taken them, as these messages of its own, by entry id. */
  taken(arrivals: readonly Arrival[], snsMessageIds: ReadonlyMap<string, string>): void {
    for (const arrival of arrivals) {
      const snsMessageId = snsMessageIds.get(arrival.entry.entryId) ?? '';
      Object.assign(this.#sends.get(arrival) ?? {}, { snsMessageId });
    }
  }

  /** SNS's answer goes to the client, which may send what comes next from now on. */
  acknowledge(taken: readonly Arrival[]): void {
    this.#answeredAt = Date.now();
    this.#settle('acknowledged');
    for (const arrival of taken) {
      if (this.#isBehindFailed(arrival, taken)) this.#settleOne(arrival, 'disregarded');
      else this.#log.acknowledge(arrival);
    }
  }

  /** SNS's answer does not go to the client. */
  lose(outcome: 'lost' | 'undelivered'): void {
    this.#settle(outcome);
  }

  /** The client waited far longer than its timeout, and gets the answer after all. */
  outlive(arrivals: readonly Arrival[]): void {
    const { worker } = this;
    this.#log.outlived.push(...arrivals.map(({ msgId }) => ({ msgId, worker, at: Date.now() })));
    this.acknowledge(arrivals);
  }

  /** Nothing of the request is under way any more. */
  end(): void {
    for (const arrival of this.arrivals) this.#log.land(this, arrival);
  }

  /** The connection, which carried nothing since, is gone. */
  disconnected(): void {
    if (Date.now() - this.#answeredAt < GIVEN_UP_MS) this.#settle('undelivered');
  }

  /** An earlier event of its aggregate in this request was not taken. */
  #isBehindFailed({ aggregate, index }: Arrival, taken: readonly Arrival[]): boolean {
    return this.arrivals.some(
      (other) => other.aggregate === aggregate && other.index < index && !taken.includes(other),
    );
  }

  #settle(outcome: Outcome): void {
    for (const arrival of this.#sends.keys()) this.#settleOne(arrival, outcome);
  }

  #settleOne(arrival: Arrival, outcome: Outcome): void {
    Object.assign(this.#sends.get(arrival) ?? {}, { outcome, settledAt: Date.now() });
  }
}
