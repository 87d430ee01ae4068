import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SnsFifoPublisher } from '../../../src/activities/publishers/sns-fifo-publisher.ts';
import { S3ClaimCheck } from '../../../src/claim-check/s3-claim-check.ts';
import { validateMessages } from '../../../src/client/publish/validate-messages.ts';
import { resolveBody } from '../../../src/common/claim-check.ts';
import { uploadBodies } from '../../../src/common/offload.ts';
import { Customer, customerMessage } from '../../support/messages.ts';
import { useEmulator } from '../../support/topic-with-queue.ts';
import { claimCheckVectors } from '../../support/vectors.ts';
import { s3At } from './s3-rig.ts';

const bucket = 'event-bodies';
const aws = useEmulator();
let server: FauxqsServer;
let client: S3Client;
let store: S3ClaimCheck;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  server.createBucket(bucket);
  client = s3At(server.port);
  store = new S3ClaimCheck({ bucket, client, prefix: 'claim-checks/' });
});

afterAll(async () => {
  client.destroy();
  await server.stop();
});

describe('a body in S3', () => {
  it.each(claimCheckVectors())('is read back as it was: $title', async ({ key, object }) => {
    await store.put(key, object);

    expect(await store.get({ bucket, key })).toBe(object);
  });

  it('is the plain text, so that the extended clients read it', async () => {
    await store.put('plain', '{"name":"Åsa 😀"}');
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'plain' }));

    expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(
      Buffer.from('{"name":"Åsa 😀"}', 'utf8'),
    );
  });

  it('is JSON by its content type', async () => {
    await store.put('typed', '{}');

    expect(await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'typed' }))).toMatchObject({
      ContentType: 'application/json',
    });
  });

  it('may be stored again', async () => {
    await store.put('twice', '{}');
    await store.put('twice', '{}');

    expect(await store.get({ bucket, key: 'twice' })).toBe('{}');
  });

  it('is read from the bucket that the pointer names', async () => {
    server.createBucket('older-bodies');
    await new S3ClaimCheck({ bucket: 'older-bodies', client }).put('moved', '{}');

    expect(await store.get({ bucket: 'older-bodies', key: 'moved' })).toBe('{}');
  });
});

describe('a large message', () => {
  const event = { type: 'NameChanged' as const, name: `Åsa ${'x'.repeat(300_000)}` };
  const message = customerMessage(1, { event, position: 1 });

  it('comes by SNS and SQS as a pointer, and is the message when that is resolved', async () => {
    const { topicArn, queueUrl } = aws.emulator.createTopicWithQueue({ fifo: true });
    const valid = validateMessages(Customer, [message], { maxMessageBytes: 262_144, store });
    if (!valid.ok) throw new Error('The message is good');
    await uploadBodies(valid.uploads, store);
    const publisher = new SnsFifoPublisher({ topicArn, client: aws.emulator.sns });
    await publisher.publish('Customer', valid.entries, new AbortController().signal);
    const [received] = await aws.emulator.drain(queueUrl);

    expect(received?.Body).toMatch(/^\["software\.amazon\.payloadoffloading\.PayloadS3Pointer",\{/);
    expect(received?.MessageAttributes).toMatchObject({
      ExtendedPayloadSize: {
        DataType: 'Number',
        StringValue: String(Buffer.byteLength(JSON.stringify(message))),
      },
      eventType: { StringValue: 'NameChanged' },
    });
    expect(received?.Attributes).toMatchObject({ MessageGroupId: 'C-1', MessageDeduplicationId: 'm-1' });
    expect(JSON.parse(await resolveBody(received?.Body ?? '', store))).toEqual(message);
  });

  it('that is published again is one object', async () => {
    const once = new S3ClaimCheck({ bucket, client, prefix: 'once/' });
    for (let time = 0; time < 2; time += 1) {
      const valid = validateMessages(Customer, [message], { maxMessageBytes: 262_144, store: once });
      if (valid.ok) await uploadBodies(valid.uploads, once);
    }
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'once/' }));

    expect(Contents).toHaveLength(1);
  });
});

describe('S3 refuses', () => {
  it('a body when the bucket is missing, and the error says so', async () => {
    const missing = new S3ClaimCheck({ bucket: 'no-such-bucket', client });

    await expect(missing.put('Customer/1', '{}')).rejects.toMatchObject({
      name: 'EventTopicError',
      code: 'CLAIM_CHECK_FAILED',
      details: { bucket: 'no-such-bucket', key: 'Customer/1', code: 'NoSuchBucket' },
      message: expect.stringMatching(
        /^S3 did not take the body of a message: .*\[bucket=no-such-bucket key=Customer\/1 code=NoSuchBucket httpStatus=404\]\. Create the bucket/,
      ),
      cause: expect.objectContaining({ name: 'NoSuchBucket' }),
    });
  });

  it('to read from a missing bucket', async () => {
    await expect(store.get({ bucket: 'no-such-bucket', key: 'Customer/1' })).rejects.toMatchObject({
      code: 'CLAIM_CHECK_FAILED',
      details: { bucket: 'no-such-bucket', code: 'NoSuchBucket' },
    });
  });

  it('to read what was deleted', async () => {
    await expect(store.get({ bucket, key: 'deleted' })).rejects.toMatchObject({
      code: 'CLAIM_CHECK_FAILED',
      details: { bucket, key: 'deleted', code: 'NoSuchKey' },
      message: expect.stringContaining('It was deleted'),
    });
  });
});
