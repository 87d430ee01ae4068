import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { EventTopicError } from '../../common/errors.ts';

/** Everything listens here, and is not to be seen from other machines. */
export const HOST = '127.0.0.1';

/** A port that something will listen on. */
export interface PortWish {
  /** The option that chooses it, as `--port`. */
  readonly option: string;
  /** Who will listen there. */
  readonly server: string;
  /** 0: any that is free. */
  readonly port: number;
}

/**
 * The ports to listen on, in the order of the wishes. Temporal's SDK connects to whatever server listens on a port that is taken, so they are looked at before.
 * Throws `INVALID_ENVIRONMENT` with every port that is taken.
 */
export async function choosePorts(wishes: readonly PortWish[]): Promise<readonly number[]> {
  const isFree = await Promise.all(wishes.map(({ port }) => port === 0 || isPortFree(port)));
  const taken = wishes.filter((_, index) => !isFree[index]);
  if (taken.length === 0) return Promise.all(wishes.map(({ port }) => port || anyFreePort()));
  const facts = taken.map(({ option, server, port }) => `${port} (${server}, ${option})`);
  throw new EventTopicError('INVALID_ENVIRONMENT', `Somebody listens already on port ${facts.join(', ')}`, {
    action: `End that, or choose another port: ${taken.map(({ option }) => `${option} 0`).join(' ')} takes any that is free`,
  });
}

/** Below the ports that systems hand out by themselves: Temporal takes some of those for its own parts, after ours were chosen. */
const ANY_PORT = { from: 20_000, to: 30_000 };

async function anyFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(ANY_PORT.from, ANY_PORT.to);
    if (await isPortFree(port)) return port;
  }
}

async function isPortFree(port: number): Promise<boolean> {
  return !(await answers(port)) && (await canListen(port));
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer().listen({ port, host: HOST, exclusive: true });
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

/** On some systems a port can be listened on that somebody has on all addresses. */
async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: HOST });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
