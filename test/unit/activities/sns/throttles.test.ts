import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SNSClient } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, it } from 'vitest';
import { SnsFifoPublisher } from '../../../../src/activities/publishers/sns-fifo-publisher.ts';
import { customerEntry } from '../../../support/messages.ts';
import { TOPIC_ARN } from './fake-sns.ts';

const ANSWERS = {
  Throttled: 429,
  // Of these two, the SDK takes the first for a client's error, and the second for the server's.
  KMSThrottling: 400,
  InternalError: 500,
} as const;

let server: Server | undefined;
let client: SNSClient | undefined;

afterEach(() => {
  client?.destroy();
  server?.close();
});

/** The real SDK with its own settings, and an SNS that answers everything with this error. Tells how often it was asked. */
async function publishTo(code: keyof typeof ANSWERS): Promise<{ result: unknown; requests: number }> {
  let requests = 0;
  server = createServer((_request, response) => {
    requests += 1;
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>why</Message></Error>`;
    const xmlns = 'xmlns="http://sns.amazonaws.com/doc/2010-03-31/"';
    response.writeHead(ANSWERS[code], { 'content-type': 'text/xml' });
    response.end(`<ErrorResponse ${xmlns}>${error}<RequestId>1</RequestId></ErrorResponse>`);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SNSClient({ region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, credentials });
  const publisher = new SnsFifoPublisher({ topicArn: TOPIC_ARN, client });
  const [result] = await publisher.publish('Customer', [customerEntry(1)], new AbortController().signal);
  return { result, requests };
}

describe('the AWS SDK', () => {
  it.each(['Throttled', 'KMSThrottling'] as const)(
    'does not try a request again that ends in %s',
    async (code) => {
      expect(await publishTo(code)).toEqual({
        result: { ok: false, failure: { kind: 'retry', code, reason: 'why' } },
        requests: 1,
      });
    },
  );

  it('tries others again as it is set to', async () => {
    expect(await publishTo('InternalError')).toEqual({
      result: { ok: false, failure: { kind: 'retry', code: 'InternalError', reason: 'why' } },
      requests: 3,
    });
  });
});
