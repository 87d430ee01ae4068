// The EventLog of an application, as its workers reach it: over HTTP, page by page, and now and then not.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventMessage } from '../../src/common/message.ts';
import { pick, seeded } from './prng.ts';

export interface EventLogServer {
  readonly url: string;
  /** Pages that were asked for. */
  readonly reads: number;
  /** How many of those were not answered with a page. */
  readonly faults: number;
  close(): Promise<void>;
}

export interface EventLogOptions {
  readonly seed: number;
  /** The stored stream of `<topic>/<aggregate id>`. */
  streamOf(aggregate: string): readonly EventMessage[];
}

const FAULTS = ['none', 'none', 'none', 'unavailable', 'reset'] as const;
const PAGE_LENGTH = 10;

export async function startEventLogServer({ seed, streamOf }: EventLogOptions): Promise<EventLogServer> {
  const tries = new Map<string, number>();
  const count = { reads: 0, faults: 0 };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const key = `${pathname} ${searchParams}`;
    const previous = tries.get(key) ?? 0;
    tries.set(key, previous + 1);
    const fault = pick(seeded(seed, 'EventLog', key, previous), FAULTS);
    count.reads += 1;
    if (fault !== 'none') count.faults += 1;
    if (fault === 'reset') request.socket.destroy();
    else if (fault === 'unavailable') response.writeHead(503).end();
    else
      sendPage(response, streamOf(decodeURIComponent(pathname.slice(1))), Number(searchParams.get('from')));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get reads() {
      return count.reads;
    },
    get faults() {
      return count.faults;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function sendPage(response: ServerResponse, stream: readonly EventMessage[], from: number): void {
  const page = stream.filter(({ position = 0 }) => position >= from).slice(0, PAGE_LENGTH);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
}
