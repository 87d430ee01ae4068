// Stands before the SNS emulator and, when told so, answers as SNS does when it throttles.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ThrottlingProxy {
  readonly endpoint: string;
  /** Requests refused so far. */
  readonly refused: number;
  throttle(on: boolean): void;
  close(): Promise<void>;
}

const THROTTLED = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>
<Code>Throttled</Code><Message>Rate exceeded</Message></Error><RequestId>demo</RequestId></ErrorResponse>`;

export async function startThrottlingProxy(targetPort: number): Promise<ThrottlingProxy> {
  let isThrottling = false;
  let refused = 0;
  const server = createServer((incoming, outgoing) => {
    if (!isThrottling) return forward(incoming, outgoing, targetPort);
    refused += 1;
    incoming.resume();
    outgoing.writeHead(429, { 'content-type': 'text/xml' }).end(THROTTLED);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    get refused() {
      return refused;
    },
    throttle(on) {
      isThrottling = on;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, port: number): void {
  const { method, url: path, headers } = incoming;
  const onward = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
