import { Flight } from './flight.ts';
import type { QueryEntry } from './sns-query.ts';
import type { Place, Streams } from './streams.ts';

/**
 * `acknowledged`: SNS's answer went to the client. `disregarded`: so it did, but said that an event before this one failed,
 * so the publisher sends this one again. `lost`: a fault swallowed the answer. `undelivered`: the client was gone, because it
 * was killed or had given up. After the last two the client cannot know.
 */
export type Outcome = 'under way' | 'acknowledged' | 'disregarded' | 'lost' | 'undelivered';

/** A client that is gone by now may have read the answer before. */
const ANSWERED: readonly Outcome[] = ['acknowledged', 'undelivered'];

/** One event handed to SNS, once. */
export interface Send {
  readonly aggregate: string;
  readonly worker: string;
  readonly at: number;
  outcome: Outcome;
  /** When the outcome was known. */
  settledAt: number;
  /** SNS's own id; empty until SNS answers. */
  snsMessageId: string;
}

/** One entry of a request that has come to the proxy. */
export interface Arrival extends Place {
  readonly entry: QueryEntry;
  /** How often it has come before. */
  readonly previous: number;
}

/** An entry that came while another one of its aggregate was in flight. */
export interface Overlap {
  readonly aggregate: string;
  readonly at: number;
  readonly what: string;
}

export interface SendLogOptions {
  readonly streams: Streams;
  /** Whether a request may carry several events of one aggregate. */
  readonly sameAggregateBatching: boolean;
}

/** Sees every request before SNS does: keeps what was sent, and notes what must never happen. */
export class SendLog {
  readonly #options: SendLogOptions;
  readonly #arrivals = new Map<string, number>();
  readonly #arrivalsOf = new Map<string, number>();
  readonly #inFlight = new Map<string, { readonly flight: Flight; readonly what: string }>();
  readonly #reached = new Map<string, number>();
  #acknowledged = 0;
  /** Every send of every event, by msgId. */
  readonly sends = new Map<string, Send[]>();
  /** Entries that came while another one of their aggregate was in flight. */
  readonly overlaps: Overlap[] = [];
  /** Entries that came before the event ahead of them was acknowledged. */
  readonly overtakes: string[] = [];
  /** Entries whose request the client did not give up when its timeout was over. */
  readonly outlived: { readonly msgId: string; readonly worker: string; readonly at: number }[] = [];
  requests = 0;

  constructor(options: SendLogOptions) {
    this.#options = options;
  }

  /** Events acknowledged so far, or dropped by an operator, each counted once. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** How many events of the aggregate are acknowledged. */
  reachedBy(aggregate: string): number {
    return this.#reached.get(aggregate) ?? 0;
  }

  /** How many entries of the aggregate have come. */
  arrivalsOf(aggregate: string): number {
    return this.#arrivalsOf.get(aggregate) ?? 0;
  }

  /** A request has come. Its aggregates are in flight until `end` of what this returns. */
  arrive(worker: string, entries: readonly QueryEntry[]): Flight {
    this.requests += 1;
    const arrivals = entries.map((entry) => this.#toArrival(entry));
    const flight = new Flight(this, worker, arrivals);
    for (const [first, last] of this.#runs(arrivals)) this.#noteRun(flight, first, last);
    return flight;
  }

  /** The publisher gets to know that SNS has the event; or that an operator has dropped it. */
  acknowledge({ aggregate, index }: Place): void {
    if (index < this.reachedBy(aggregate)) return;
    this.#reached.set(aggregate, index + 1);
    this.#acknowledged += 1;
  }

  land(flight: Flight, { aggregate }: Place): void {
    if (this.#inFlight.get(aggregate)?.flight === flight) this.#inFlight.delete(aggregate);
  }

  /** Whether an answer that went out named this id of SNS for the event. */
  hasAnswered(msgId: string, id: string): boolean {
    const sends = this.sends.get(msgId) ?? [];
    return sends.some(({ snsMessageId, outcome }) => snsMessageId === id && ANSWERED.includes(outcome));
  }

  #toArrival(entry: QueryEntry): Arrival {
    const place = this.#options.streams.placeOf(entry);
    const previous = this.#arrivals.get(place.msgId) ?? 0;
    this.#arrivals.set(place.msgId, previous + 1);
    this.#arrivalsOf.set(place.aggregate, this.arrivalsOf(place.aggregate) + 1);
    return { ...place, entry, previous };
  }

  /** First and last of the arrivals that may be one in flight: successive events of one aggregate, or each by itself. */
  #runs(arrivals: readonly Arrival[]): readonly (readonly [Arrival, Arrival])[] {
    const runs: [Arrival, Arrival][] = [];
    for (const arrival of arrivals) {
      const [, last] = runs.at(-1) ?? [];
      const isNext = last?.aggregate === arrival.aggregate && last.index + 1 === arrival.index;
      if (isNext && this.#options.sameAggregateBatching)
        runs.splice(-1, 1, [runs.at(-1)?.[0] ?? arrival, arrival]);
      else runs.push([arrival, arrival]);
    }
    return runs;
  }

  #noteRun(flight: Flight, { aggregate, index, msgId }: Arrival, last: Arrival): void {
    const { worker } = flight;
    const other = this.#inFlight.get(aggregate)?.what;
    if (other !== undefined)
      this.overlaps.push({ aggregate, at: Date.now(), what: `${msgId} from ${worker} while ${other}` });
    this.#inFlight.set(aggregate, { flight, what: `${last.msgId} from ${worker}` });
    const reached = this.reachedBy(aggregate);
    if (index > reached) this.overtakes.push(`${aggregate}: ${msgId} from ${worker} after ${reached} events`);
  }
}
