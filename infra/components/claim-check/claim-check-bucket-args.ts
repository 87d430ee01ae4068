import type * as pulumi from '@pulumi/pulumi';
import {
  type ArgumentFault,
  keyFaults,
  principalsFaults,
  textFaults,
  wholeNumberFaults,
} from '../argument-faults.ts';
import { MAX_CLAIM_CHECK_DAYS, MIN_CLAIM_CHECK_DAYS } from '../defaults.ts';
import { ACCOUNT_ID, ORGANIZATION_ID } from '../identifiers.ts';
import type { Tags } from '../scope.ts';

// S3 takes 63 characters, of which `claimcheckbucket` and Pulumi's suffix leave these.
const MAX_NAME_LENGTH = 39;

export interface ClaimCheckBucketArgs {
  /** Name of the bucket in S3. A change replaces the bucket. @default the component's name in lower case, and a suffix */
  readonly bucketName?: pulumi.Input<string>;

  /** What every key begins with, as the `prefix` of `S3ClaimCheck`. @default none */
  readonly prefix?: pulumi.Input<string>;

  /**
   * Days after which S3 deletes an object, counted from when it was last published: 29 to 3,650. Longer than an event may be on its
   * way: parked or through an outage, then 14 days in a queue and 14 in that queue's dead-letter queue; and longer than a topic's archive.
   * @default 90
   */
  readonly expirationDays?: pulumi.Input<number>;

  /**
   * ARN of a key of KMS to encrypt with. Its key policy lets the account's IAM policies decide (AWS's default), and readers of other
   * accounts use it through S3 (`kms:Decrypt`).
   * @default none, S3's own key
   */
  readonly kmsKeyArn?: pulumi.Input<string>;

  /** Other accounts whose collectors may read: 12-digit ids. @default none, the bucket's own account */
  readonly readerAccounts?: pulumi.Input<pulumi.Input<string>[]>;

  /** The organisation whose accounts' collectors may all read: its id, `o-…`. @default none */
  readonly readerOrganization?: pulumi.Input<string>;

  /** Tags of the bucket, added to the provider's default tags. @default none */
  readonly tags?: Tags;
}

/** Everything that is wrong with the arguments as far as they are known before the deployment. */
export function claimCheckBucketFaults(name: string, args: ClaimCheckBucketArgs): ArgumentFault[] {
  return [
    ...bucketNameFaults(name, args),
    ...textFaults({
      propertyPath: 'prefix',
      value: args.prefix,
      pattern: /^[A-Za-z0-9/!_.*'()-]{0,500}$/,
      rule: "at most 500 letters, digits and / ! - _ . * ' ( )",
    }),
    ...wholeNumberFaults({
      propertyPath: 'expirationDays',
      value: args.expirationDays,
      min: MIN_CLAIM_CHECK_DAYS,
      max: MAX_CLAIM_CHECK_DAYS,
    }),
    ...keyFaults(args.kmsKeyArn, undefined),
    ...principalsFaults(args.readerAccounts, { ...ACCOUNT_ID, propertyPath: 'readerAccounts' }),
    ...textFaults({ ...ORGANIZATION_ID, propertyPath: 'readerOrganization', value: args.readerOrganization }),
  ];
}

function bucketNameFaults(name: string, { bucketName }: ClaimCheckBucketArgs): ArgumentFault[] {
  return [
    ...textFaults({
      propertyPath: 'name',
      value: name,
      pattern: new RegExp(`^[A-Za-z0-9][A-Za-z0-9-]{0,${MAX_NAME_LENGTH - 1}}$`),
      rule: `1 to ${MAX_NAME_LENGTH} letters, digits or "-", the first no "-"`,
    }),
    ...textFaults({
      propertyPath: 'bucketName',
      value: bucketName,
      pattern: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
      rule: '3 to 63 lower-case letters, digits or "-"',
    }),
  ];
}
