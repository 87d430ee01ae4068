import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { WorkerStatus } from '@temporalio/worker';
import { type Address, formatAddress } from './environment/address.ts';
import { invalid } from './environment/variables.ts';

/** How the worker is; undefined until it is connected. */
export type WorkerHealth = () =>
  | Pick<WorkerStatus, 'runState' | 'workflowPollerState' | 'activityPollerState'>
  | undefined;

/**
 * Tells whoever runs the worker how it is, by HTTP. `/readyz` says 200 while it asks Temporal for work: not before it has reached it, and not from the moment on when it
 * is told to stop. `/livez` says 200 as long as the process gets to answering, and its worker has not failed.
 *
 * Neither asks whether Temporal or SNS answer now: another process would not reach them either.
 */
export async function startHealthServer(address: Address, health: WorkerHealth): Promise<Server> {
  const server = createServer(({ url = '', method = '' }, response) => {
    const { code, text } = ['GET', 'HEAD'].includes(method) ? answerTo(url, health()) : READ_ONLY;
    response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  });
  server.listen({ ...address, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const HEALTH_ADDRESS = formatAddress(address);
    throw invalid(`HEALTH_ADDRESS cannot be listened on: ${cause instanceof Error ? cause.message : cause}`, {
      details: { HEALTH_ADDRESS },
      action: 'Use a free port, and an address of this machine',
      cause,
    });
  }
  return server;
}

interface Answer {
  readonly code: number;
  readonly text: string;
}

const READ_ONLY: Answer = { code: 405, text: 'GET only' };

function answerTo(path: string, status: ReturnType<WorkerHealth>): Answer {
  const state = status?.runState ?? 'CONNECTING';
  if (path === '/livez') return { code: state === 'FAILED' ? 503 : 200, text: state };
  if (path === '/readyz') return { code: isReady(status) ? 200 : 503, text: state };
  return { code: 404, text: 'There are /livez and /readyz' };
}

function isReady(status: ReturnType<WorkerHealth>): boolean {
  return (
    status?.runState === 'RUNNING' &&
    status.workflowPollerState === 'POLLING' &&
    status.activityPollerState === 'POLLING'
  );
}
