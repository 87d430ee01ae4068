import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { ClaimCheckBucket, type ClaimCheckBucketArgs } from '../../infra/components/index.ts';
import { construct, faultyArguments } from './support/faults.ts';
import { policyOf } from './support/policies.ts';
import { keyArn, type Registrations, registrationsOf } from './support/registrations.ts';

const NAME = 'ShopClaimCheckBucket';
const BUCKET = `aws:s3/bucket:Bucket ${NAME}`;
const PRIVACY = `aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock ${NAME}`;
const ENCRYPTION = `aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration ${NAME}`;
const LIFECYCLE = `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration ${NAME}`;
const OWNERSHIP = `aws:s3/bucketOwnershipControls:BucketOwnershipControls ${NAME}`;
const POLICY = `aws:s3/bucketPolicy:BucketPolicy ${NAME}`;
const bucket = 'shopclaimcheckbucket';
const arn = `arn:aws:s3:::${bucket}`;

function shop(args?: ClaimCheckBucketArgs): Promise<Registrations> {
  return registrationsOf(() => {
    const { bucketName, bucketArn, prefix, expirationDays, kmsKeyArn, resources } = new ClaimCheckBucket(
      'Shop',
      args,
    );
    const urns = resources.map(({ urn }) => urn.apply((known) => known.split('$').at(-1)));
    return { bucketName, bucketArn, prefix, expirationDays, kmsKeyArn: kmsKeyArn ?? null, urns };
  });
}

describe('a ClaimCheckBucket', () => {
  it('is a private, encrypted bucket that forgets objects after 90 days', async () => {
    const { all, get } = await shop();

    expect(all.map(({ type, name }) => `${type} ${name}`).sort()).toEqual(
      [
        `reventless:ClaimCheckBucket ${NAME}`,
        BUCKET,
        PRIVACY,
        ENCRYPTION,
        LIFECYCLE,
        OWNERSHIP,
        POLICY,
      ].sort(),
    );
    expect(get(BUCKET)).toMatchObject({ inputs: {}, parent: `reventless:ClaimCheckBucket ${NAME}` });
    expect(get(PRIVACY).inputs).toEqual({
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(get(OWNERSHIP).inputs).toEqual({ bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } });
    expect(get(ENCRYPTION).inputs).toEqual({
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    });
    expect(get(LIFECYCLE).inputs).toEqual({
      bucket,
      rules: [
        {
          id: 'expire',
          status: 'Enabled',
          filter: { prefix: '' },
          expiration: { days: 90 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    });
  });

  it('grants nobody but its account anything, and nothing without TLS', async () => {
    const registered = await shop();

    expect(registered.get(POLICY).inputs['bucket']).toBe(bucket);
    expect(registered.get(POLICY).dependencies).toContain(PRIVACY);
    expect(policyOf(registered, POLICY)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'DenyWithoutTls',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [arn, `${arn}/*`],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  });

  it('offers what EventTopics and S3ClaimCheck need of it, and its resources', async () => {
    const { outputs } = await shop();

    expect(outputs).toEqual({
      bucketName: bucket,
      bucketArn: arn,
      prefix: '',
      expirationDays: 90,
      kmsKeyArn: null,
      urns: [BUCKET, PRIVACY, OWNERSHIP, ENCRYPTION, LIFECYCLE, POLICY].map((one) => one.replace(' ', '::')),
    });
  });
});

describe('an argument of a ClaimCheckBucket', () => {
  it('sets name, prefix, expiration and tags', async () => {
    const { get, outputs } = await shop({
      bucketName: 'shop-claims',
      prefix: 'large/',
      expirationDays: pulumi.output(400),
      tags: { team: 'crm' },
    });

    expect(get(BUCKET).inputs).toEqual({ bucket: 'shop-claims', tags: { team: 'crm' } });
    expect(get(LIFECYCLE).inputs).toMatchObject({ rules: [{ expiration: { days: 400 } }] });
    expect(outputs).toMatchObject({ bucketName: 'shop-claims', prefix: 'large/', expirationDays: 400 });
  });

  it('sets a customer key, which is asked once for many objects', async () => {
    const { get, outputs } = await shop({ kmsKeyArn: keyArn('claims') });

    expect(get(ENCRYPTION).inputs['rules']).toEqual([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn('claims') },
        bucketKeyEnabled: true,
      },
    ]);
    expect(outputs).toMatchObject({ kmsKeyArn: keyArn('claims') });
  });

  it('lets other accounts and the organisation read what has the prefix', async () => {
    const registered = await shop({
      prefix: 'large/',
      readerAccounts: ['222222222222'],
      readerOrganization: 'o-a1b2c3d4e5',
    });
    const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn}/large/*` };

    expect(policyOf(registered, POLICY).Statement.slice(1)).toEqual([
      { Sid: 'ReadByAccounts', ...read, Principal: { AWS: ['222222222222'] } },
      {
        Sid: 'ReadByOrganization',
        ...read,
        Principal: '*',
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      },
    ]);
  });
});

describe('a ClaimCheckBucket with faulty arguments', () => {
  it('names all of them in one error and registers nothing', async () => {
    const { error, registered } = await construct(
      () =>
        new ClaimCheckBucket('Shop_1', {
          bucketName: 'Shop',
          prefix: 'ä',
          expirationDays: 28,
          kmsKeyArn: 'alias/mine',
          readerAccounts: ['*'],
          readerOrganization: '*',
        }),
    );

    expect(error?.message).toBe(
      [
        'ClaimCheckBucket "Shop_1" cannot be created [faults=7]. Correct its arguments:',
        '  - name: must be 1 to 39 letters, digits or "-", the first no "-" [value="Shop_1"]',
        '  - bucketName: must be 3 to 63 lower-case letters, digits or "-" [value="Shop"]',
        '  - prefix: must be at most 500 letters, digits and / ! - _ . * \' ( ) [value="ä"]',
        '  - expirationDays: must be a whole number from 29 to 3650 [value=28]',
        '  - kmsKeyArn: must be the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>, not of an alias [value="alias/mine"]',
        '  - readerAccounts[0]: must be a 12-digit account id [value="*"]',
        '  - readerOrganization: must be the id of an organisation, as o-a1b2c3d4e5 [value="*"]',
      ].join('\n'),
    );
    expect(registered.all).toEqual([]);
  });

  it.each(['Shop', 'a', `${'a'.repeat(38)}-`])('may be named %s', async (name) => {
    expect(await faultyArguments(() => new ClaimCheckBucket(name))).toEqual([]);
  });

  it.each(['', '-shop', 'a'.repeat(40)])('may not be named %j', async (name) => {
    expect(await faultyArguments(() => new ClaimCheckBucket(name))).toEqual(['name']);
  });
});
