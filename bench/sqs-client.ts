import { SQSClient } from '@aws-sdk/client-sqs';

/** The client with which every consumer talks to the emulator: the SDK as it comes. */
export function createSqsClient(endpoint: string): SQSClient {
  return new SQSClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
}
