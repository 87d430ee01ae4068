import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Account of everything that the emulator makes. */
export const ACCOUNT = '000000000000';

/** The emulator, as the resources of one region see it. */
export interface Emulator {
  readonly region: string;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
}

/** The emulator in all regions. */
export interface Connection {
  in(region: string): Emulator;
  close(): void;
}

/** `endpoint` is where the emulator answers for SNS, SQS and S3. */
export function connect(endpoint: string): Connection {
  const regions = new Map<string, Emulator>();
  return {
    in(region) {
      const emulator = regions.get(region) ?? connectRegion(endpoint, region);
      regions.set(region, emulator);
      return emulator;
    },
    close() {
      for (const { sns, sqs, s3 } of regions.values()) for (const client of [sns, sqs, s3]) client.destroy();
    },
  };
}

function connectRegion(endpoint: string, region: string): Emulator {
  // Stated, so that no real credentials of whoever runs this are looked up and sent to the emulator.
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const config = { endpoint, region, credentials };
  return {
    region,
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    // By path: nobody resolves a host name for each bucket here.
    s3: new S3Client({ ...config, forcePathStyle: true }),
  };
}
