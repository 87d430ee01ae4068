import * as pulumi from '@pulumi/pulumi';

/** One statement of an IAM, topic, queue, key or bucket policy. Values may be known only while deploying. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  /** Absent in policies of identities. */
  readonly Principal?: '*' | Readonly<Record<string, pulumi.Input<pulumi.Input<string>[] | string>>>;
  readonly Action: string | readonly string[];
  /** Absent in the trust policy of a role. */
  readonly Resource?: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<unknown>>>>>;
}

export function policyDocument(statements: readonly PolicyStatement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements });
}

/** Binds everybody, the account's own administrators included. */
export function denyWithoutTls(
  Action: PolicyStatement['Action'],
  Resource: pulumi.Input<string> | readonly pulumi.Input<string>[],
): PolicyStatement {
  return {
    Sid: 'DenyWithoutTls',
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
