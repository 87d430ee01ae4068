import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Environment, readEnvironment } from '../../../src/worker/environment.ts';
import { customerEntry } from '../../support/messages.ts';

const TOPIC_ARN = 'arn:aws:sns:eu-central-1:000000000000:CustomerEventTopic.fifo';

const letter = { entry: customerEntry(1), refusal: { code: 'InvalidParameter', reason: 'too long' } };

/** What signs the requests says for which region they are. */
const signatures: (string | undefined)[] = [];
const sqs: Server = createServer((request, response) => {
  signatures.push(request.headers.authorization);
  response.writeHead(400).end('{"__type":"com.amazonaws.sqs#InvalidMessageContents"}');
});

const endpoint = (): string => `http://127.0.0.1:${(sqs.address() as AddressInfo).port}`;

beforeAll(async () => {
  await new Promise<void>((resolve) => sqs.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterAll(() => {
  vi.unstubAllEnvs();
  sqs.closeAllConnections();
  sqs.close();
});

it.each([
  ['https://sqs.us-west-2.amazonaws.com/000000000000/refused.fifo', 'us-west-2'],
  ['https://sqs-fips.us-gov-west-1.amazonaws.com/000000000000/refused', 'us-gov-west-1'],
  ['https://vpce-0a.sqs.ap-south-1.vpce.amazonaws.com/000000000000/refused', 'ap-south-1'],
  ['http://127.0.0.1:4566/000000000000/refused', 'eu-central-1'],
])('the client for %s is one for the region %s', async (deadLetterQueueUrl, region) => {
  const Customer = { topicArn: TOPIC_ARN, deadLetterQueueUrl };
  const { topics } = await readEnvironment({
    EVENT_TOPICS: JSON.stringify({ Customer }),
    AWS_ENDPOINT_URL_SQS: endpoint(),
  });
  const failure = await topics[0]?.deadLetterQueue?.send('Customer', letter, new AbortController().signal);

  expect(failure).toMatchObject({ kind: 'event', code: 'InvalidMessageContents' });
  expect(signatures.at(-1)).toContain(`/${region}/sqs/aws4_request`);
});

it('the endpoint is that of the URL, unless a variable names another', async () => {
  const Customer = { topicArn: TOPIC_ARN, deadLetterQueueUrl: `${endpoint()}/000000000000/refused` };
  const EVENT_TOPICS = JSON.stringify({ Customer });
  const requests = signatures.length;
  const failureWith = async (env: Environment) => {
    const { topics } = await readEnvironment({ EVENT_TOPICS, ...env });
    return topics[0]?.deadLetterQueue?.send('Customer', letter, new AbortController().signal);
  };

  expect(await failureWith({})).toMatchObject({ code: 'InvalidMessageContents' });
  expect(await failureWith({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toMatchObject({ kind: 'retry' });
  expect(await failureWith({ AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' })).toMatchObject({ kind: 'retry' });
  expect(signatures).toHaveLength(requests + 1);
});
