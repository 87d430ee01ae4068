// Stands before the emulator of SNS and SQS: passes everything on, but for what SNS is made to answer to published events.
// And queues have URLs here: the emulator's, with the host `sqs.eu-west-1.127.0.0.1`, are none for the AWS SDK.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { EventMessage } from '../../../src/common/message.ts';
import { type PublishBatchQuery, parsePublishBatch } from '../../faults/sns-query.ts';

/** An error of SNS's, for a request as a whole. */
export interface SnsError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What SNS answers instead of taking the events; undefined: it takes them. */
export type Fault = (messages: readonly EventMessage[]) => SnsError | undefined;

export interface AwsProxy {
  readonly endpoint: string;
  /** Faults by the ARN of the topic. */
  readonly faults: Map<string, Fault>;
  close(): Promise<void>;
}

export async function startAwsProxy(emulator: string): Promise<AwsProxy> {
  const faults = new Map<string, Fault>();
  const server = createServer((request, response) => {
    pass(request, response, { emulator, faults }).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  { emulator, faults }: { readonly emulator: string; readonly faults: ReadonlyMap<string, Fault> },
): Promise<void> {
  const asked = await text(request);
  const error = faultOf(asked, faults);
  if (error)
    return void response.writeHead(error.status, { 'content-type': 'text/xml' }).end(errorXml(error));
  const {
    host = '',
    connection: _,
    'content-length': __,
    ...headers
  } = request.headers as Record<string, string>;
  const [, region = ''] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(headers['authorization'] ?? '') ?? [];
  const there = `http://sqs.${region}.${new URL(emulator).host}/`;
  const here = `http://${host}/`;
  const body = asked.replaceAll(here, there);
  const answer = await fetch(emulator, { method: 'POST', headers, body });
  const type = answer.headers.get('content-type') ?? 'text/xml';
  response
    .writeHead(answer.status, { 'content-type': type })
    .end((await answer.text()).replaceAll(there, here));
}

function faultOf(body: string, faults: ReadonlyMap<string, Fault>): SnsError | undefined {
  if (!body.startsWith('PublishBatch') && !body.includes('Action=PublishBatch')) return undefined;
  const query = parsePublishBatch(body);
  return faults.get(query.topicArn)?.(eventsOf(query));
}

/** The dry run of `doctor` has none. */
function eventsOf({ entries }: PublishBatchQuery): readonly EventMessage[] {
  return entries.flatMap(({ body }) => (body === '' ? [] : [JSON.parse(body) as EventMessage]));
}

function errorXml({ code, message }: SnsError): string {
  const escaped = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code>
<Message>${escaped}</Message></Error><RequestId>runbook</RequestId></ErrorResponse>`;
}
