import { type ArgumentFault, faultIf, type TextArgument, textFaults } from '../argument-faults.ts';
import { KMS_KEY } from '../identifiers.ts';
import type { TemporalArgs } from './event-topic-worker-args.ts';
import { NOT_EMPTY, SECRET, TEMPORAL_HOST } from './worker-identifiers.ts';

/** What is wrong with where the worker finds Temporal, and with what it shows there. */
export function temporalFaults(temporal: TemporalArgs): ArgumentFault[] {
  const { address, namespace, taskQueue, apiKeySecretArn, tls, secretsKmsKeyArn } = temporal;
  const hasSecrets = apiKeySecretArn !== undefined || tls !== undefined;
  return [
    ...faultsAt('address', { ...TEMPORAL_HOST, value: address }),
    ...faultsAt('namespace', { ...NOT_EMPTY, value: namespace }),
    ...faultsAt('taskQueue', { ...NOT_EMPTY, value: taskQueue }),
    ...faultsAt('apiKeySecretArn', { ...SECRET, value: apiKeySecretArn }),
    ...faultsAt('tls.certSecretArn', { ...SECRET, value: tls?.certSecretArn }),
    ...faultsAt('tls.keySecretArn', { ...SECRET, value: tls?.keySecretArn }),
    ...credentialFaults(temporal),
    ...faultsAt('secretsKmsKeyArn', { ...KMS_KEY, value: secretsKmsKeyArn }),
    ...faultIf(
      secretsKmsKeyArn !== undefined && !hasSecrets,
      'temporal.secretsKmsKeyArn',
      'has no effect without apiKeySecretArn or tls',
    ),
  ];
}

function faultsAt(path: string, text: Omit<TextArgument, 'propertyPath'>): ArgumentFault[] {
  return textFaults({ ...text, propertyPath: `temporal.${path}` });
}

/** The types exclude both; whoever writes JavaScript has no compiler to say so. */
function credentialFaults(temporal: Pick<TemporalArgs, 'apiKeySecretArn' | 'tls'>): ArgumentFault[] {
  return faultIf(
    temporal.apiKeySecretArn !== undefined && temporal.tls !== undefined,
    'temporal.tls',
    'cannot be used with apiKeySecretArn: give one of them',
  );
}
