import { describe, expect, it } from 'vitest';
import {
  type PayloadPointer,
  pointerBody,
  readPointer,
  resolveBody,
} from '../../../src/common/claim-check.ts';
import { messageVectors } from '../../support/vectors.ts';

const pointer = { bucket: 'bodies', key: 'Customer/1' };

describe('a pointer', () => {
  it('is read back', () => {
    expect(readPointer(pointerBody(pointer))).toEqual(pointer);
  });

  it.each([
    [
      'by the Python client, with blanks',
      '["software.amazon.payloadoffloading.PayloadS3Pointer", {"s3BucketName": "bodies", "s3Key": "Customer/1"}]',
    ],
    [
      'by the first Java client, of another class',
      '["com.amazon.sqs.javamessaging.MessageS3Pointer",{"s3BucketName":"bodies","s3Key":"Customer/1"}]',
    ],
    [
      'with more facts in any order',
      ' ["software.amazon.payloadoffloading.PayloadS3Pointer",{"v":1,"s3Key":"Customer/1","s3BucketName":"bodies"}]',
    ],
  ])('may be written %s', (_how, body) => {
    expect(readPointer(body)).toEqual(pointer);
  });
});

describe('no pointer', () => {
  it.each(messageVectors())('is the body of $title', ({ body }) => {
    expect(readPointer(body)).toBeUndefined();
  });

  it.each([
    '',
    '[',
    '[]',
    'null',
    '["software.amazon.payloadoffloading.PayloadS3Pointer"]',
    '["software.amazon.payloadoffloading.PayloadS3Pointer",null]',
    '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"bodies"}]',
    '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"bodies","s3Key":1}]',
    '["java.lang.Runtime",{"s3BucketName":"bodies","s3Key":"Customer/1"}]',
  ])('is %s', (body) => {
    expect(readPointer(body)).toBeUndefined();
  });
});

describe('the message of a body', () => {
  const source = { get: async ({ bucket, key }: PayloadPointer) => `${bucket} ${key}` };

  it('is the body itself, with or without a source', async () => {
    expect(await resolveBody('{"id":"C-1"}', source)).toBe('{"id":"C-1"}');
    expect(await resolveBody('{"id":"C-1"}', undefined)).toBe('{"id":"C-1"}');
  });

  it('is what the source has for a pointer', async () => {
    expect(await resolveBody(pointerBody(pointer), source)).toBe('bodies Customer/1');
  });

  it('is an error that says what to do, when there is a pointer and no source', async () => {
    await expect(resolveBody(pointerBody(pointer), undefined)).rejects.toMatchObject({
      code: 'CLAIM_CHECK_FAILED',
      details: pointer,
      message: expect.stringContaining('Give the consumer an S3ClaimCheck'),
    });
  });
});
