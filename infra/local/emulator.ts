import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

export interface LocalOptions {
  /** Where the emulator answers, for both SNS and SQS, such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  /** The region of the ARNs. @default 'us-east-1' */
  readonly region?: string;
}

export interface Emulator {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  close(): void;
}

export function connect({ endpoint, region = 'us-east-1' }: LocalOptions): Emulator {
  // Stated, so that no real credentials of whoever runs this are looked up and sent to the emulator.
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sns = new SNSClient({ endpoint, region, credentials });
  const sqs = new SQSClient({ endpoint, region, credentials });
  return {
    sns,
    sqs,
    close() {
      sns.destroy();
      sqs.destroy();
    },
  };
}
