import * as s3 from '@pulumi/aws/s3/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { KeysOf } from '../../../src/common/arguments.ts';
import { checkArguments } from '../argument-faults.ts';
import { DEFAULT_CLAIM_CHECK_DAYS } from '../defaults.ts';
import { type ClaimCheckBucketArgs, claimCheckBucketFaults } from './claim-check-bucket-args.ts';
import { bucketPolicy } from './claim-check-bucket-policy.ts';
import type { ClaimCheckReference } from './claim-check-reference.ts';

const TYPE = 'reventless:ClaimCheckBucket';

const ARGUMENTS: KeysOf<ClaimCheckBucketArgs> = {
  bucketName: true,
  prefix: true,
  expirationDays: true,
  kmsKeyArn: true,
  readerAccounts: true,
  readerOrganization: true,
  tags: true,
};

/**
 * The S3 bucket for the bodies of events that are too large for SNS: private, encrypted, and emptied of what nobody can ask for any
 * more. Give it to EventTopics as `claimCheckBucket`, and its name to `S3ClaimCheck`.
 */
export class ClaimCheckBucket extends pulumi.ComponentResource implements ClaimCheckReference {
  readonly resources: readonly pulumi.Resource[];
  /** `bucket` of `S3ClaimCheck`. */
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly prefix: pulumi.Input<string>;
  readonly kmsKeyArn?: pulumi.Input<string>;
  readonly expirationDays: pulumi.Input<number>;

  /**
   * @param name 1 to 39 letters, digits or `-`; in lower case they begin the bucket's name.
   * @throws `pulumi.InputPropertiesError` that names every faulty argument, before anything is registered.
   */
  constructor(name: string, args: ClaimCheckBucketArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const given = { component: 'ClaimCheckBucket', name, args, known: ARGUMENTS };
    checkArguments(given, () => claimCheckBucketFaults(name, args));
    const componentName = `${name}ClaimCheckBucket`;
    super(TYPE, componentName, {}, opts);
    const { bucketName, prefix = '', kmsKeyArn, expirationDays = DEFAULT_CLAIM_CHECK_DAYS, tags } = args;

    const bucket = new s3.Bucket(componentName, { bucket: bucketName, tags }, { parent: this });
    this.resources = [
      bucket,
      ...secure(bucket, { ...args, expirationDays, name: componentName, child: { parent: this } }),
    ];
    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.prefix = prefix;
    this.expirationDays = expirationDays;
    if (kmsKeyArn !== undefined) this.kmsKeyArn = kmsKeyArn;
    const { resources, bucketArn } = this;
    this.registerOutputs({
      resources,
      bucketName: this.bucketName,
      bucketArn,
      prefix,
      kmsKeyArn,
      expirationDays,
    });
  }
}

interface BucketSettings extends ClaimCheckBucketArgs {
  readonly expirationDays: pulumi.Input<number>;
  /** The component's resource name. */
  readonly name: string;
  readonly child: { readonly parent: ClaimCheckBucket };
}

/** What AWS keeps apart from the bucket itself. */
function secure(bucket: s3.Bucket, settings: BucketSettings): pulumi.Resource[] {
  const { name, child } = settings;
  const of = { bucket: bucket.bucket };
  const privacy = new s3.BucketPublicAccessBlock(name, { ...of, ...NOTHING_PUBLIC }, child);
  return [
    privacy,
    new s3.BucketOwnershipControls(name, { ...of, rule: { objectOwnership: 'BucketOwnerEnforced' } }, child),
    new s3.BucketServerSideEncryptionConfiguration(name, { ...of, ...encryption(settings) }, child),
    new s3.BucketLifecycleConfiguration(name, { ...of, ...expiry(settings) }, child),
    // S3 refuses two changes of who may use a bucket at the same time.
    new s3.BucketPolicy(name, bucketPolicy(bucket, settings), { ...child, dependsOn: [privacy] }),
  ];
}

const NOTHING_PUBLIC = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

function encryption({
  kmsKeyArn,
}: BucketSettings): Pick<s3.BucketServerSideEncryptionConfigurationArgs, 'rules'> {
  if (kmsKeyArn === undefined)
    return { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] };
  return {
    rules: [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: kmsKeyArn },
        // One request to KMS for many objects, not one for each.
        bucketKeyEnabled: true,
      },
    ],
  };
}

/** Objects are named by their content and never changed, so there are no versions to expire. */
function expiry({ expirationDays }: BucketSettings): Pick<s3.BucketLifecycleConfigurationArgs, 'rules'> {
  return {
    rules: [
      {
        id: 'expire',
        status: 'Enabled',
        filter: { prefix: '' },
        expiration: { days: expirationDays },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ],
  };
}
