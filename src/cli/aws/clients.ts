import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { loadPeer } from '../../common/load-peer.ts';
import type { CliContext } from '../context.ts';

// Credentials, region and endpoints come from the SDK's own chain: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL_SQS …

/** `region`: of what is asked for, as its ARN or URL says; undefined: the SDK's. */
export async function sqsClient(region: string | undefined, context: CliContext): Promise<SQSClient> {
  const { SQSClient } = await loadPeer('@aws-sdk/client-sqs', () => import('@aws-sdk/client-sqs'));
  const client = new SQSClient(clientOptions('SQS', region, context.env));
  context.defer(() => client.destroy());
  return client;
}

export async function snsClient(region: string | undefined, context: CliContext): Promise<SNSClient> {
  const { SNSClient } = await loadPeer('@aws-sdk/client-sns', () => import('@aws-sdk/client-sns'));
  const client = new SNSClient(clientOptions('SNS', region, context.env));
  context.defer(() => client.destroy());
  return client;
}

interface ClientOptions {
  readonly region?: string;
  readonly endpoint?: string;
}

/**
 * The SDK finds such an endpoint by itself, but SQS's client then goes by the URL of the queue, and an emulator's may have a host that is none
 * (`sqs.us-east-1.127.0.0.1`).
 */
function clientOptions(
  service: 'SNS' | 'SQS',
  region: string | undefined,
  env: NodeJS.ProcessEnv,
): ClientOptions {
  const endpoint = env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL'];
  return { ...(region === undefined ? {} : { region }), ...(endpoint ? { endpoint } : {}) };
}

/** Of `arn:aws:sns:eu-west-1:123456789012:…`. */
export function regionOfArn(arn: string): string | undefined {
  return arn.split(':')[3] || undefined;
}

/** Of `https://sqs.eu-west-1.amazonaws.com/…`; undefined for an emulator's URL. */
export function regionOfQueue(url: string): string | undefined {
  return /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\./.exec(url)?.[1];
}
