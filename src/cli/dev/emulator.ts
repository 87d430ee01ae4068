import { isRecord } from '../../common/arguments.ts';
import { loadFauxqs } from '../../testing/environment/load-fauxqs.ts';
import { HOST } from './ports.ts';
import { REGION } from './region.ts';

/** What is used of the emulator: the server of Fastify that it is. */
interface EmulatorApp {
  addHook(name: 'preHandler', hook: (request: EmulatorRequest) => Promise<void>): void;
  addHook(
    name: 'onSend',
    hook: (request: EmulatorRequest, reply: unknown, payload: unknown) => Promise<unknown>,
  ): void;
  listen(where: { readonly port: number; readonly host: string }): Promise<string>;
  close(): Promise<void>;
}

interface EmulatorRequest {
  readonly headers: Readonly<Record<string, unknown>>;
  /** As it was parsed: an object, from SQS's clients. */
  readonly body?: unknown;
}

type BuildApp = (options: { readonly logger: boolean }) => EmulatorApp;

export interface RunningEmulator {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** SNS, SQS and S3 in this process. Its own `startFauxqs` would listen on all addresses of the machine. */
export async function startEmulator(port: number): Promise<RunningEmulator> {
  const { buildApp } = (await loadFauxqs()) as unknown as { readonly buildApp: BuildApp };
  const app = buildApp({ logger: false });
  const endpoint = `http://${HOST}:${port}`;
  nameQueuesBy(endpoint, app, `http://sqs.${REGION}.localhost:${port}`);
  await app.listen({ port, host: HOST });
  return { endpoint, close: () => app.close() };
}

/**
 * Queues have URLs at the endpoint. The emulator's own have a host name that few machines resolve, and AWS's SDK sends requests to the host of a queue's URL, or
 * complains about it.
 */
function nameQueuesBy(endpoint: string, app: EmulatorApp, origin: string): void {
  app.addHook('preHandler', async ({ body }) => {
    if (!isRecord(body) || typeof body['QueueUrl'] !== 'string') return;
    Object.assign(body, { QueueUrl: body['QueueUrl'].replace(`${endpoint}/`, `${origin}/`) });
  });
  app.addHook('onSend', async ({ headers }, _reply, payload) => {
    // Never in messages.
    const tellsUrls = TELLS_URLS.test(String(headers['x-amz-target']));
    return tellsUrls && typeof payload === 'string'
      ? payload.replaceAll(`${origin}/`, `${endpoint}/`)
      : payload;
  });
}

const TELLS_URLS = /^AmazonSQS\.(CreateQueue|GetQueueUrl|ListQueues)$/;
