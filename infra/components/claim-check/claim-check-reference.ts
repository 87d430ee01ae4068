import * as pulumi from '@pulumi/pulumi';
import { onlyThrough } from '../encryption.ts';
import type { PolicyStatement } from '../policy-document.ts';

/** A ClaimCheckBucket, or what is known of one that another stack deployed. */
export interface ClaimCheckReference {
  readonly bucketArn: pulumi.Input<string>;
  /** What every key begins with, as the `prefix` of `S3ClaimCheck`. @default none */
  readonly prefix?: pulumi.Input<string>;
  /** The customer key of KMS that encrypts the bucket. @default none, S3's own key */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** After how many days an object is deleted. @default unknown, and then not checked */
  readonly expirationDays?: pulumi.Input<number>;
}

/** What writing the bodies of a topic's large events takes. */
export function writeClaimChecks(topic: string, bucket: ClaimCheckReference): PolicyStatement[] {
  return [
    {
      Sid: 'WriteLargeEvents',
      Effect: 'Allow',
      Action: 's3:PutObject',
      Resource: objectsOf(topic, bucket),
    },
    ...keyUse('EncryptLargeEvents', 'kms:GenerateDataKey', [bucket]),
  ];
}

/** What reading the bodies of large events takes, `topics` by name. */
export function readClaimChecks(topics: ReadonlyMap<string, ClaimCheckReference>): PolicyStatement[] {
  if (topics.size === 0) return [];
  return [
    {
      Sid: 'ReadLargeEvents',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: [...topics].map(([topic, bucket]) => objectsOf(topic, bucket)),
    },
    ...keyUse('DecryptLargeEvents', 'kms:Decrypt', [...new Set(topics.values())]),
  ];
}

function keyUse(Sid: string, Action: string, buckets: readonly ClaimCheckReference[]): PolicyStatement[] {
  const keyArns = buckets.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []);
  return keyArns.map((keyArn, index) => ({
    Sid: index === 0 ? Sid : `${Sid}${index + 1}`,
    Effect: 'Allow',
    Action,
    Resource: keyArn,
    Condition: onlyThrough(['s3'], keyArn),
  }));
}

/** As the wire format makes the keys: `<prefix><topic>/<hash>`. */
function objectsOf(topic: string, { bucketArn, prefix = '' }: ClaimCheckReference): pulumi.Output<string> {
  return pulumi.interpolate`${bucketArn}/${prefix}${topic}/*`;
}
