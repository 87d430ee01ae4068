import { describe, expect, it } from 'vitest';
import { S3ClaimCheck } from '../../../src/claim-check/s3-claim-check.ts';
import { refusing, s3At, s3That } from './s3-rig.ts';

const bucket = 'event-bodies';
const key = 'claim-checks/Customer/1';

describe('what S3 answers', () => {
  it.each([
    [
      403,
      'AccessDenied',
      'Grant s3:PutObject on arn:aws:s3:::event-bodies/claim-checks/Customer/*, and kms:GenerateDataKey',
    ],
    [301, 'PermanentRedirect', 'Give the S3 client the region of the bucket'],
    [400, 'AuthorizationHeaderMalformed', 'Give the S3 client the region of the bucket'],
    [403, 'InvalidAccessKeyId', 'Give the S3 client credentials that are valid for the bucket'],
    [403, 'SignatureDoesNotMatch', 'Give the S3 client credentials that are valid for the bucket'],
    [
      503,
      'SlowDown',
      'Check the network and the endpoint of the S3 client, then publish the same messages again',
    ],
  ])('says what to do: %i %s', async (status, code, action) => {
    const store = new S3ClaimCheck({ bucket, client: await s3That(refusing(status, code)) });

    await expect(store.put(key, '{}')).rejects.toMatchObject({
      code: 'CLAIM_CHECK_FAILED',
      details: { bucket, key, code, httpStatus: status },
      message: expect.stringMatching(
        new RegExp(`did not take .*: Says S3 \\[.*\\]\\. ${action.replace('*', '\\*')}`),
      ),
    });
  });

  it('names the permission to read, and what else the answer may mean', async () => {
    const store = new S3ClaimCheck({ bucket, client: await s3That(refusing(403, 'AccessDenied')) });

    await expect(store.get({ bucket, key })).rejects.toMatchObject({
      message: expect.stringMatching(
        /Grant s3:GetObject on arn:aws:s3:::event-bodies.* without s3:ListBucket/,
      ),
    });
  });

  it('names an access point as permissions do', async () => {
    const arn = 'arn:aws:s3:us-east-1:123456789012:accesspoint/bodies';
    const client = { send: () => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDenied' })) };

    await expect(new S3ClaimCheck({ bucket: arn, client }).put(key, '{}')).rejects.toThrow(
      `Grant s3:PutObject on ${arn}/object/claim-checks/Customer/*`,
    );
  });
});

it('an answer that is not from S3 is an error with its status', async () => {
  const client = await s3That((request, response) => {
    request.resume();
    response.writeHead(413, { 'content-type': 'text/plain' });
    response.end('A proxy says no');
  });

  await expect(new S3ClaimCheck({ bucket, client }).put(key, '{}')).rejects.toMatchObject({
    code: 'CLAIM_CHECK_FAILED',
    details: { bucket, key, httpStatus: 413 },
  });
});

it('a body of 16 MiB is stored and read as it is', async () => {
  const objects = new Map<string, Buffer>();
  const client = await s3That((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { pathname } = new URL(request.url ?? '', 'http://s3');
      if (request.method === 'PUT') objects.set(pathname, Buffer.concat(parts));
      response.end(request.method === 'GET' ? objects.get(pathname) : undefined);
    });
  });
  const store = new S3ClaimCheck({ bucket, client });
  const body = JSON.stringify('é'.repeat(8 * 1024 * 1024 - 1));
  await store.put(key, body);

  expect(objects.get(`/${bucket}/${key}`)?.length).toBe(16 * 1024 * 1024);
  expect((await store.get({ bucket, key })) === body).toBe(true);
});

describe('S3 does not answer', () => {
  it('when nothing listens', async () => {
    const client = s3At(1);
    await expect(new S3ClaimCheck({ bucket, client }).put(key, '{}')).rejects.toMatchObject({
      code: 'CLAIM_CHECK_FAILED',
      details: { bucket, key, code: 'ECONNREFUSED' },
      message: expect.stringContaining('Check the network'),
    });
    client.destroy();
  });

  it('within the time for a request', async () => {
    const client = await s3That((request) => request.resume());
    const store = new S3ClaimCheck({ bucket, client, requestTimeoutMs: 100 });

    await expect(store.put(key, '{}')).rejects.toMatchObject({
      details: { code: 'TimeoutError' },
      message: expect.stringContaining('no answer within 100 ms'),
    });
    await expect(store.get({ bucket, key })).rejects.toMatchObject({ details: { code: 'TimeoutError' } });
  });

  it('to the end, when a body stops half-way', async () => {
    const client = await s3That((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"half":');
    });
    const store = new S3ClaimCheck({ bucket, client, requestTimeoutMs: 200 });

    await expect(store.get({ bucket, key })).rejects.toMatchObject({ details: { code: 'TimeoutError' } });
  });
});

describe('a caller who gives up', () => {
  it('gets the reason, before the request and during it', async () => {
    const controller = new AbortController();
    const client = await s3That((request) => {
      request.resume();
      controller.abort(new Error('enough'));
    });
    const store = new S3ClaimCheck({ bucket, client });

    await expect(store.put(key, '{}', controller.signal)).rejects.toThrow('enough');
    await expect(store.put(key, '{}', controller.signal)).rejects.toThrow('enough');
    await expect(store.get({ bucket, key }, controller.signal)).rejects.toThrow('enough');
  });
});
