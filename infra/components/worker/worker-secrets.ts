import * as pulumi from '@pulumi/pulumi';
import type { PolicyStatement } from '../policy-document.ts';
import type { TemporalArgs } from './event-topic-worker-args.ts';

/** A variable of the worker's environment that ECS fills from AWS Secrets Manager. */
export interface SecretVariable {
  readonly name: string;
  readonly valueFrom: pulumi.Input<string>;
}

/** By the names that Temporal's environment configuration reads. */
export function secretVariables({ apiKeySecretArn, tls }: TemporalArgs): SecretVariable[] {
  return [
    ...(apiKeySecretArn === undefined ? [] : [{ name: 'TEMPORAL_API_KEY', valueFrom: apiKeySecretArn }]),
    ...(tls === undefined
      ? []
      : [
          { name: 'TEMPORAL_TLS_CLIENT_CERT_DATA', valueFrom: tls.certSecretArn },
          { name: 'TEMPORAL_TLS_CLIENT_KEY_DATA', valueFrom: tls.keySecretArn },
        ]),
  ];
}

/** What filling these variables takes. */
export function readSecrets(temporal: TemporalArgs): PolicyStatement[] {
  const secrets = secretVariables(temporal).map(({ valueFrom }) => pulumi.output(valueFrom).apply(secretArn));
  if (secrets.length === 0) return [];
  const { secretsKmsKeyArn } = temporal;
  return [
    { Sid: 'ReadSecrets', Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secrets },
    ...(secretsKmsKeyArn === undefined ? [] : [decryptSecrets(secretsKmsKeyArn, secrets)]),
  ];
}

/** Without the JSON key, which is no part of what IAM knows. */
function secretArn(valueFrom: string): string {
  return valueFrom.split(':').slice(0, 7).join(':');
}

/** Secrets Manager tells KMS which secret it decrypts. */
function decryptSecrets(
  Resource: pulumi.Input<string>,
  secrets: readonly pulumi.Output<string>[],
): PolicyStatement {
  return {
    Sid: 'DecryptSecrets',
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource,
    Condition: { StringEquals: { 'kms:EncryptionContext:SecretARN': secrets } },
  };
}
