import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestFault } from './fault-plan.ts';
import type { FaultProxyOptions } from './fault-proxy.ts';
import type { Flight } from './flight.ts';
import type { Refusal } from './refusals.ts';
import type { Arrival } from './send-log.ts';
import {
  encodePublishBatch,
  errorXml,
  NOTHING_TAKEN,
  type PublishBatchQuery,
  parsePublishBatch,
  takenIn,
  withFailed,
} from './sns-query.ts';

/** What SNS answers for an event that it will never take. */
const REFUSED = 'InvalidParameter';
const STATUS = { InternalError: 500, Throttled: 429, KMSThrottling: 400 } as const;

/** One request at the server, and what the server keeps. */
export interface Http {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The last flight on a connection. */
  readonly lastOn: WeakMap<Socket, Flight>;
  count(fault: string): void;
}

/** Decides what becomes of a request, and does it. */
export class Exchange {
  readonly #options: FaultProxyOptions;
  readonly #http: Http;

  constructor(options: FaultProxyOptions, http: Http) {
    this.#options = options;
    this.#http = http;
  }

  async run(): Promise<void> {
    const { request, lastOn } = this.#http;
    lastOn.delete(request.socket);
    // A client that dies while it sends has sent nothing.
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const query = parsePublishBatch(body);
    const worker = (request.url ?? '').replaceAll('/', '');
    const flight = this.#options.logOf(query.topicArn).arrive(worker, query.entries);
    // Of a client that has given up, or died, nothing is under way; what SNS makes of it is another matter.
    this.#http.response.once('close', () => flight.end());
    const [first] = flight.arrivals;
    const fault = first && this.#options.plan.forRequest(first);
    if (fault) this.#http.count(fault);
    if (fault === 'reset') return this.#disconnect(flight);
    if (fault === 'InternalError' || fault === 'Throttled' || fault === 'KMSThrottling') {
      return this.#answer(flight, STATUS[fault], errorXml(fault));
    }
    if (this.#refused(flight, 'refusedRequest').length > 0) {
      this.#http.count('refusedRequest');
      return this.#answer(flight, 400, errorXml(REFUSED));
    }
    await this.#takeAndAnswer(query, flight, fault);
  }

  async #takeAndAnswer(query: PublishBatchQuery, flight: Flight, fault?: RequestFault): Promise<void> {
    const failed = this.#failedEntries(flight, fault);
    const taken = flight.arrivals.filter(({ entry }) => !failed.has(entry.entryId));
    const answer = withFailed(await this.#forward(query, flight, taken), failed);
    if (fault === undefined) {
      if (this.#http.response.closed) flight.lose('undelivered');
      else flight.acknowledge(taken);
      this.#http.lastOn.set(this.#http.request.socket, flight);
      return this.#answer(flight, 200, answer);
    }
    flight.lose('lost');
    if (fault === 'answerLost') return this.#disconnect(flight);
    if (fault === 'answerInternalError') return this.#answer(flight, 500, errorXml('InternalError'));
    if (!(await this.#clientGivesUp())) flight.outlive(taken);
    this.#answer(flight, 200, answer);
  }

  /** Codes by entry id: of what SNS refuses, and of what fails for now unless something happens to the request as a whole. */
  #failedEntries(flight: Flight, fault: RequestFault | undefined): Map<string, string> {
    const refused = this.#refused(flight, 'refusedEntry');
    const failed = new Map(refused.map(({ entry }) => [entry.entryId, REFUSED]));
    for (const _ of refused) this.#http.count('refusedEntry');
    for (const arrival of fault ? [] : flight.arrivals) {
      const code = this.#options.plan.forEntry(arrival);
      if (code === undefined || failed.has(arrival.entry.entryId)) continue;
      failed.set(arrival.entry.entryId, code);
      this.#http.count('failedEntry');
    }
    return failed;
  }

  #refused({ arrivals }: Flight, refusal: Refusal): readonly Arrival[] {
    const { refusals } = this.#options;
    return arrivals.filter(({ msgId, entry }) => refusals.of(msgId, entry.body) === refusal);
  }

  async #forward(query: PublishBatchQuery, flight: Flight, taken: readonly Arrival[]): Promise<string> {
    if (taken.length === 0) return NOTHING_TAKEN;
    flight.send(taken);
    const answer = await fetch(this.#options.emulator, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encodePublishBatch(
        query,
        taken.map(({ entry }) => entry),
      ),
    });
    const xml = await answer.text();
    const snsMessageIds = takenIn(xml);
    if (snsMessageIds.size !== taken.length) throw new Error(`The emulator refused entries: ${xml}`);
    flight.taken(taken, snsMessageIds);
    return xml;
  }

  /** False when the client still waits long after its timeout. */
  async #clientGivesUp(): Promise<boolean> {
    const { response } = this.#http;
    if (response.closed) return true;
    const closed = once(response, 'close').then(() => true);
    return Promise.race([closed, sleep(this.#options.lateMs, false, { ref: false })]);
  }

  // The flight ends before the client can know: its next request may come at once.
  #answer(flight: Flight, status: number, xml: string): void {
    flight.end();
    this.#http.response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
  }

  #disconnect(flight: Flight): void {
    flight.end();
    this.#http.request.socket.destroy();
  }
}
