import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsClients } from './topic.ts';

/** Clients as the worker has them: AWS's standard chain. They note what time it is at AWS. */
export interface DoctorAwsClients extends AwsClients {
  /** Of the first answer: this machine's time in the middle of the request, and that of AWS. Undefined: there was none. */
  clock(): { readonly local: number; readonly aws: number } | undefined;
  close(): void;
}

/** Few: doctor looks at what is wrong now, and its user waits. */
const MAX_ATTEMPTS = 2;

export function awsClients(topicArn: string): DoctorAwsClients {
  const region = regionOf(topicArn);
  const sns = new SNSClient({ region, maxAttempts: MAX_ATTEMPTS });
  const queues = new Map<string, SQSClient>();
  const clock = watchClock(sns);
  return {
    sns,
    sqs(queueRegion) {
      // By itself the SDK sends requests to the queue's URL, also where the environment names an endpoint.
      const client =
        queues.get(queueRegion) ??
        new SQSClient({ region: queueRegion, maxAttempts: MAX_ATTEMPTS, useQueueUrlAsEndpoint: false });
      queues.set(queueRegion, client);
      return client;
    },
    clock,
    close() {
      for (const client of [sns, ...queues.values()]) client.destroy();
    },
  };
}

export function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}

/** The SDK corrects its signatures by the Date header when AWS refuses them, and tells nobody. */
function watchClock(client: SNSClient): DoctorAwsClients['clock'] {
  let clock: ReturnType<DoctorAwsClients['clock']>;
  const note = (begun: number, response: unknown): void => {
    const { headers } = (response ?? {}) as { readonly headers?: Readonly<Record<string, string>> };
    const aws = Date.parse(headers?.['date'] ?? '');
    if (!Number.isNaN(aws)) clock ??= { local: (begun + Date.now()) / 2, aws };
  };
  client.middlewareStack.add(
    (next) => async (args) => {
      const begun = Date.now();
      try {
        const result = await next(args);
        note(begun, result.response);
        return result;
      } catch (error) {
        note(begun, (error as { readonly $response?: unknown }).$response);
        throw error;
      }
    },
    { step: 'deserialize', priority: 'low', name: 'eventTopicClock' },
  );
  return () => clock;
}
