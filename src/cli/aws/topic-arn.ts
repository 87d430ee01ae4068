import { usageError } from '../failure.ts';

/** ARN of the SNS topic: as it is given, or as the worker's EVENT_TOPICS has it. Throws `INVALID_ARGUMENT`. */
export function topicArnOf(
  { topic, topicArn }: { readonly topic: string; readonly topicArn?: string | undefined },
  env: NodeJS.ProcessEnv,
): string {
  const found = topicArn ?? arnIn(env['EVENT_TOPICS'], topic);
  if (found !== undefined) return found;
  throw usageError([`--topic-arn is missing, and EVENT_TOPICS has no ${topic}`], {
    action: 'Give the ARN of the SNS topic, as the Pulumi stack prints it',
  });
}

function arnIn(json: string | undefined, topic: string): string | undefined {
  if (json === undefined) return undefined;
  try {
    const value = (JSON.parse(json) as Record<string, unknown>)[topic];
    if (typeof value === 'string') return value;
    const { topicArn } = (value ?? {}) as { readonly topicArn?: unknown };
    return typeof topicArn === 'string' ? topicArn : undefined;
  } catch (error) {
    throw usageError([`EVENT_TOPICS is no JSON: ${(error as Error).message}`]);
  }
}
