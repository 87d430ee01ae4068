// Stands before the SNS emulator and does to requests what networks and SNS may do to them.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Exchange } from './exchange.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { Flight } from './flight.ts';
import type { Refusals } from './refusals.ts';
import type { SendLog } from './send-log.ts';

export interface FaultProxyOptions {
  /** Where the emulator answers. */
  readonly emulator: string;
  readonly plan: FaultPlan;
  readonly refusals: Refusals;
  /** When late answers come: long after the client's timeout. */
  readonly lateMs: number;
  /** Where the requests to a topic are kept. */
  logOf(topicArn: string): SendLog;
}

export interface FaultProxy {
  /** How often each fault happened: those of requests, `failedEntry`, and what SNS refuses for good. */
  readonly faults: ReadonlyMap<string, number>;
  /** Faults of the run itself; none in a good one. */
  readonly errors: readonly string[];
  /** The endpoint for the SNS client of a worker. Its path tells whose requests they are. */
  endpointOf(worker: string): string;
  close(): Promise<void>;
}

export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const faults = new Map<string, number>();
  const errors: string[] = [];
  const count = (fault: string): unknown => faults.set(fault, (faults.get(fault) ?? 0) + 1);
  const lastOn = new WeakMap<Socket, Flight>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    new Exchange(options, { request, response, count, lastOn }).run().catch((error: unknown) => {
      errors.push(String(error));
      response.destroy();
    });
  });
  server.on('connection', (socket) => socket.once('close', () => lastOn.get(socket)?.disconnected()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    faults,
    errors,
    endpointOf: (worker) => `http://127.0.0.1:${port}/${worker}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
