import { writeFile } from 'node:fs/promises';
import { EventTopicError } from '../../common/errors.ts';
import type { Provisioned } from './provision.ts';
import { CREDENTIALS, REGION } from './region.ts';

export type Variables = Readonly<Record<string, string>>;

export interface Addresses {
  /** Temporal's. */
  readonly address: string;
  readonly namespace: string;
  /** Of SNS, SQS and S3. */
  readonly endpoint: string;
}

/** What a program needs to work with what runs here, and with nothing else of the developer's. */
export function variablesOf(
  { address, namespace, endpoint }: Addresses,
  { topics, collectors }: Provisioned,
): Variables {
  const queueUrls = Object.entries(collectors).map(([name, { queueUrl }]) => [
    `${toVariable(name)}_QUEUE_URL`,
    queueUrl,
  ]);
  return {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    EVENT_TOPICS: JSON.stringify(topics),
    ...Object.fromEntries(queueUrls),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    // A profile would go before the two above.
    AWS_PROFILE: '',
    AWS_SESSION_TOKEN: '',
  };
}

/** `CustomerReadModel` is `CUSTOMER_READ_MODEL`. */
function toVariable(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}

/** As shells read it, and Node's `--env-file`. */
export function toAssignments(variables: Variables): readonly string[] {
  return Object.entries(variables).map(
    ([name, value]) => `${name}=${/^[\w./:-]*$/.test(value) ? value : `'${value}'`}`,
  );
}

/** Throws `INVALID_ENVIRONMENT` when it cannot be written. */
export async function writeEnvFile(path: string, variables: Variables): Promise<void> {
  const lines = [
    '# Written by event-topic dev; it holds for as long as that runs.',
    ...toAssignments(variables),
    '',
  ];
  try {
    await writeFile(path, lines.join('\n'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EventTopicError(
      'INVALID_ENVIRONMENT',
      `The file for the environment cannot be written: ${reason}`,
      {
        details: { path },
        action: 'Give --write-env a path that can be written',
        cause,
      },
    );
  }
}
