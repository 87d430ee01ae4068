import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import type { Emulator } from './emulator.ts';
import type { Inputs } from './inputs.ts';
import { type AppliedResource, ifThere, type ResourceType } from './resource-type.ts';

export const bucket: ResourceType = {
  properties: ['bucket', 'bucketPrefix', 'region', 'forceDestroy'],
  async apply(inputs, { s3 }, resourceName) {
    const name = bucketName(inputs, resourceName);
    await s3.send(new CreateBucketCommand({ Bucket: name }));
    return identity(name);
  },
  identify: async (inputs, _, resourceName) => identity(bucketName(inputs, resourceName)),
  async remove(inputs, emulator, resourceName) {
    const Bucket = bucketName(inputs, resourceName);
    await empty(Bucket, emulator);
    await ifThere(emulator.s3.send(new DeleteBucketCommand({ Bucket })));
  },
};

/** Pulumi adds random digits to a bucket that the program does not name; here each apply must find the same one. */
function bucketName({ bucket: name, bucketPrefix }: Inputs, resourceName: string): string {
  return String(name ?? `${bucketPrefix ?? `${resourceName.toLowerCase()}-`}local`);
}

function identity(name: string): AppliedResource {
  return { id: name, outputs: { arn: `arn:aws:s3:::${name}`, bucket: name } };
}

/** Whatever `forceDestroy` says: these are events of a test, and nothing is to be left. */
async function empty(Bucket: string, { s3 }: Emulator): Promise<void> {
  for (;;) {
    const listed = await ifThere(s3.send(new ListObjectsV2Command({ Bucket })));
    const { Contents = [] } = listed ?? {};
    if (Contents.length === 0) return;
    for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  }
}
