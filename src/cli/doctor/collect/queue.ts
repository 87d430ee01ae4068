import { GetQueueAttributesCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Attributes } from '../checks/aws.ts';
import type { QueueFacts } from '../checks/queue.ts';
import { read } from '../read.ts';
import { AWS_READING } from './aws-reading.ts';

type SqsOf = (region: string) => SQSClient;

/** A queue, and the one to which it sets aside what is received too often. */
export async function collectQueue(arn: string, sqsOf: SqsOf): Promise<QueueFacts> {
  const facts = await readQueue(arn, sqsOf);
  const target = 'value' in facts.attributes ? deadLetterTarget(facts.attributes.value) : undefined;
  return target === undefined ? facts : { ...facts, deadLetters: await readQueue(target, sqsOf) };
}

async function readQueue(arn: string, sqsOf: SqsOf): Promise<QueueFacts> {
  const [, , , region = '', QueueOwnerAWSAccountId, QueueName] = arn.split(':');
  const attributes = await read(AWS_READING, async (abortSignal): Promise<Attributes> => {
    const sqs = sqsOf(region);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName, QueueOwnerAWSAccountId }), {
      abortSignal,
    });
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
    return (await sqs.send(command, { abortSignal })).Attributes ?? {};
  });
  return { arn, attributes };
}

function deadLetterTarget({ RedrivePolicy: policy }: Attributes): string | undefined {
  try {
    const { deadLetterTargetArn } = JSON.parse(policy ?? '{}') as { readonly deadLetterTargetArn?: unknown };
    return typeof deadLetterTargetArn === 'string' ? deadLetterTargetArn : undefined;
  } catch {
    return undefined;
  }
}

/** Of a queue that is known by its URL. One that does not name its region, as an emulator's, is taken to be in its topic's. */
export function arnOf(queueUrl: string, topicArn: string): string {
  const [name, account] = queueUrl.split('/').reverse();
  const [, , , topicRegion] = topicArn.split(':');
  const [, region = topicRegion] = /[/.]sqs(?:-fips)?\.([a-z]+(?:-[a-z]+)+-\d)\./.exec(queueUrl) ?? [];
  return `arn:aws:sqs:${region}:${account}:${name}`;
}
