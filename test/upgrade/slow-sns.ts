// Stands before the SNS emulator as a network far away: requests take a while, and each entry that comes is written down, also one that SNS will drop.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventMessage } from '../../src/common/message.ts';
import { parsePublishBatch } from '../faults/sns-query.ts';

export interface SlowSnsOptions {
  /** Where the emulator answers. */
  readonly emulator: string;
  /** How long a request takes, half of it before SNS has taken it. */
  readonly delayMs: number;
  /** What SNS answers instead of taking them. Default: it takes all. */
  fault?(messages: readonly EventMessage[]): Fault | undefined;
}

/** An error of SNS's for a whole request. */
export interface Fault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface SlowSns {
  readonly endpoint: string;
  /** msgIds by topic ARN and aggregate, in the order in which they came; a repeat stands there twice. */
  readonly arrivals: ReadonlyMap<string, readonly string[]>;
  /** Requests that nobody has answered yet. */
  readonly inFlight: number;
  /** Entries of all requests so far. */
  readonly count: number;
  close(): Promise<void>;
}

export async function startSlowSns({ emulator, delayMs, fault }: SlowSnsOptions): Promise<SlowSns> {
  const arrivals = new Map<string, string[]>();
  const counts = { inFlight: 0, entries: 0 };
  const forward = async (body: string, response: ServerResponse): Promise<void> => {
    const { topicArn, entries } = parsePublishBatch(body);
    const messages = entries.map((entry) => JSON.parse(entry.body) as EventMessage);
    for (const message of messages) note(arrivals, topicArn, message);
    counts.entries += entries.length;
    await sleep(delayMs / 2);
    const failure = fault?.(messages);
    if (failure) return void response.writeHead(failure.status, XML).end(errorXml(failure));
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(emulator, { method: 'POST', headers, body });
    await sleep(delayMs / 2);
    response.writeHead(answer.status, XML).end(await answer.text());
  };
  const server = createServer(async (request, response) => {
    counts.inFlight += 1;
    await forward(await text(request), response).catch(() => response.destroy());
    counts.inFlight -= 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    get inFlight(): number {
      return counts.inFlight;
    },
    get count(): number {
      return counts.entries;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const XML = { 'content-type': 'text/xml' };

function errorXml({ code, message }: Fault): string {
  const escaped = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code>
<Message>${escaped}</Message></Error><RequestId>fault</RequestId></ErrorResponse>`;
}

function note(arrivals: Map<string, string[]>, topicArn: string, { id, meta }: EventMessage): void {
  const key = `${topicArn} ${id}`;
  const known = arrivals.get(key) ?? [];
  arrivals.set(key, known);
  known.push(meta.msgId);
}
