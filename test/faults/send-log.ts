import type { QueryEntry } from './sns-query.ts';
import type { Place, Streams } from './streams.ts';

/**
 * `acknowledged`: SNS's answer went to the client. `lost`: a fault swallowed it. `undelivered`: the client was gone, because
 * it was killed or had given up. After the last two the client cannot know.
 */
export type Outcome = 'under way' | 'acknowledged' | 'lost' | 'undelivered';

/** One event handed to SNS, once. */
export interface Send {
  readonly worker: string;
  readonly at: number;
  outcome: Outcome;
  /** When the outcome was known. */
  settledAt: number;
}

/** One entry of a request that has come to the proxy. */
export interface Arrival extends Place {
  readonly entry: QueryEntry;
  /** How often it has come before. */
  readonly previous: number;
}

/** Sees every request before SNS does: keeps what was sent, and notes what must never happen. */
export class SendLog {
  readonly #streams: Streams;
  readonly #arrivals = new Map<string, number>();
  readonly #inFlight = new Map<string, string>();
  readonly #reached = new Map<string, number>();
  #acknowledged = 0;
  /** Every send of every event, by msgId. */
  readonly sends = new Map<string, Send[]>();
  /** Entries that came while another one of their aggregate was in flight. */
  readonly overlaps: string[] = [];
  /** Entries that came before the event ahead of them was acknowledged. */
  readonly overtakes: string[] = [];
  /** Entries whose request the client did not give up when its timeout was over. */
  readonly outlived: string[] = [];
  requests = 0;

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  /** Events acknowledged so far, each counted once. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** A request has come. Its aggregates are in flight until `end` of what this returns. */
  arrive(worker: string, entries: readonly QueryEntry[]): Flight {
    this.requests += 1;
    return new Flight(
      this,
      worker,
      entries.map((entry) => this.#arriveOne(worker, entry)),
    );
  }

  /** The publisher gets to know that SNS has the event. */
  acknowledge({ aggregate, index }: Place): void {
    if (index < this.#reachedBy(aggregate)) return;
    this.#reached.set(aggregate, index + 1);
    this.#acknowledged += 1;
  }

  land({ aggregate }: Place): void {
    this.#inFlight.delete(aggregate);
  }

  #arriveOne(worker: string, entry: QueryEntry): Arrival {
    const place = this.#streams.placeOf(entry);
    const { aggregate, index, msgId } = place;
    const other = this.#inFlight.get(aggregate);
    if (other !== undefined) this.overlaps.push(`${aggregate}: ${msgId} from ${worker} while ${other}`);
    this.#inFlight.set(aggregate, `${msgId} from ${worker}`);
    const reached = this.#reachedBy(aggregate);
    if (index > reached) this.overtakes.push(`${aggregate}: ${msgId} from ${worker} after ${reached} events`);
    const previous = this.#arrivals.get(msgId) ?? 0;
    this.#arrivals.set(msgId, previous + 1);
    return { ...place, entry, previous };
  }

  /** How many events of the aggregate are acknowledged. */
  #reachedBy(aggregate: string): number {
    return this.#reached.get(aggregate) ?? 0;
  }
}

// A client that closes its connection this soon after the answer had given up before it read it.
const GIVEN_UP_MS = 5_000;

/** One request on its way through the proxy. */
export class Flight {
  readonly worker: string;
  readonly arrivals: readonly Arrival[];
  readonly #log: SendLog;
  #sends: Send[] = [];
  #answeredAt = 0;

  constructor(log: SendLog, worker: string, arrivals: readonly Arrival[]) {
    this.#log = log;
    this.worker = worker;
    this.arrivals = arrivals;
  }

  /** SNS is about to take these. */
  send(arrivals: readonly Arrival[]): void {
    this.#sends = arrivals.map(({ msgId }) => {
      const now = Date.now();
      const send: Send = { worker: this.worker, at: now, outcome: 'under way', settledAt: now };
      this.#log.sends.set(msgId, [...(this.#log.sends.get(msgId) ?? []), send]);
      return send;
    });
  }

  /** SNS's answer goes to the client, which may send what comes next from now on. */
  acknowledge(arrivals: readonly Arrival[]): void {
    this.#answeredAt = Date.now();
    this.#settle('acknowledged');
    for (const arrival of arrivals) this.#log.acknowledge(arrival);
  }

  /** SNS's answer does not go to the client. */
  lose(outcome: 'lost' | 'undelivered'): void {
    this.#settle(outcome);
  }

  /** The client waited far longer than its timeout, and gets the answer after all. */
  outlive(arrivals: readonly Arrival[]): void {
    this.#log.outlived.push(...arrivals.map(({ msgId }) => `${msgId} from ${this.worker}`));
    this.acknowledge(arrivals);
  }

  /** Nothing of the request is under way any more. */
  end(): void {
    for (const arrival of this.arrivals) this.#log.land(arrival);
  }

  /** The connection, which carried nothing since, is gone. */
  disconnected(): void {
    if (Date.now() - this.#answeredAt < GIVEN_UP_MS) this.#settle('undelivered');
  }

  #settle(outcome: Outcome): void {
    for (const send of this.#sends) Object.assign(send, { outcome, settledAt: Date.now() });
  }
}
