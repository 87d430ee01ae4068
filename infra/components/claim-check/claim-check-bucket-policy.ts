import type * as s3 from '@pulumi/aws/s3/index.js';
import * as pulumi from '@pulumi/pulumi';
import { denyWithoutTls, type PolicyStatement, policyDocument } from '../policy-document.ts';
import type { ClaimCheckBucketArgs } from './claim-check-bucket-args.ts';

/**
 * Who may do what with the bucket beyond the IAM policies of its own account: others may read, if they are named; nobody may without
 * TLS.
 */
export function bucketPolicy(bucket: s3.Bucket, args: ClaimCheckBucketArgs): s3.BucketPolicyArgs {
  const objects = pulumi.interpolate`${bucket.arn}/*`;
  const statements = [denyWithoutTls('s3:*', [bucket.arn, objects]), ...readers(bucket, args)];
  return { bucket: bucket.bucket, policy: policyDocument(statements) };
}

function readers(bucket: s3.Bucket, args: ClaimCheckBucketArgs): PolicyStatement[] {
  const { prefix = '', readerAccounts, readerOrganization } = args;
  const Resource = pulumi.interpolate`${bucket.arn}/${prefix}*`;
  const read = { Effect: 'Allow', Action: 's3:GetObject', Resource } as const;
  const byAccounts: PolicyStatement[] =
    readerAccounts === undefined
      ? []
      : [{ Sid: 'ReadByAccounts', ...read, Principal: { AWS: readerAccounts } }];
  if (readerOrganization === undefined) return byAccounts;
  const Condition = { StringEquals: { 'aws:PrincipalOrgID': readerOrganization } };
  return [...byAccounts, { Sid: 'ReadByOrganization', ...read, Principal: '*', Condition }];
}
