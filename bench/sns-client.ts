import { SNSClient } from '@aws-sdk/client-sns';

// As the package's own worker has it; the SDK's default of 50 would hold back those who send one call per event.
const MAX_SOCKETS = 100;

/** The client with which every contender talks to the stub: the SDK as it comes. */
export function createSnsClient(endpoint: string): SNSClient {
  return new SNSClient({
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    requestHandler: { httpAgent: { maxSockets: MAX_SOCKETS } },
  });
}
