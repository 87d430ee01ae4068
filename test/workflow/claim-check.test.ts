import { S3Client } from '@aws-sdk/client-s3';
import type { Message } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SnsFifoPublisher } from '../../src/activities/publishers/sns-fifo-publisher.ts';
import { resolveBody, S3ClaimCheck } from '../../src/claim-check/index.ts';
import type { CustomerMessage } from '../support/customer.ts';
import { renamed } from '../support/customer.ts';
import { withWorker } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { useEmulator } from '../support/topic-with-queue.ts';

const BUCKET = 'large-events';

function large(id: string, number: number, chars = 600_000): CustomerMessage {
  const name = String(number).repeat(chars);
  return { ...renamed(id, `${id}-${number}`), event: { type: 'NameChanged', name } };
}

describe('an event that is larger than SNS takes', () => {
  const temporal = useTemporalDevServer();
  const emulators = useEmulator();
  let s3Server: FauxqsServer;
  let s3: S3Client;
  beforeAll(async () => {
    s3Server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
    s3Server.createBucket(BUCKET);
    s3 = new S3Client({ endpoint: `http://127.0.0.1:${s3Server.port}`, forcePathStyle: true });
  });
  afterAll(async () => {
    s3.destroy();
    await s3Server.stop();
  });

  it('goes through S3, in its place between the others, and is what collectors get', async () => {
    const { emulator } = emulators;
    const { topicArn, queueUrl } = emulator.createTopicWithQueue({ fifo: true });
    const claimCheck = new S3ClaimCheck({ bucket: BUCKET, client: s3 });
    const publisher = new SnsFifoPublisher({ topicArn, client: emulator.sns });
    const messages = [renamed('a', 'a-1'), large('a', 2), renamed('a', 'a-3'), large('a', 4)];
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await Promise.all(messages.map((message) => topic.publish([message], { waitFor: 'published' })));
        // Published again, it is the same object, and the publisher knows it.
        await topic.publish(messages.slice(1, 2), { waitFor: 'published' });
        expect(await topic.status('a')).toMatchObject({ published: 4, duplicates: 1, conflicts: 0 });
      },
      { client: { claimCheck } },
    );

    const received = await emulator.drain(queueUrl);
    expect(received.map(({ Body = '' }) => Body.length < 1_000)).toEqual([true, true, true, true]);
    expect(received.map((message) => 'ExtendedPayloadSize' in attributesOf(message))).toEqual([
      false,
      true,
      false,
      true,
    ]);
    const bodies = await Promise.all(received.map(({ Body = '' }) => resolveBody(Body, claimCheck)));
    expect(bodies.map((body) => JSON.parse(body))).toEqual(messages);
  });

  it('whose upload fails is not accepted, nor what waits behind it; other aggregates are', async () => {
    const { emulator } = emulators;
    const { topicArn, queueUrl } = emulator.createTopicWithQueue({ fifo: true });
    const claimCheck = new S3ClaimCheck({ bucket: 'no-such-bucket', client: s3 });
    const publisher = new SnsFifoPublisher({ topicArn, client: emulator.sns });
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const outcomes = await Promise.allSettled([
          topic.publish([renamed('b', 'b-1'), large('b', 2)]),
          topic.publish([renamed('b', 'b-3')]),
          topic.publish([renamed('c', 'c-1')], { waitFor: 'published' }),
        ]);
        expect(outcomes).toMatchObject([
          {
            status: 'rejected',
            reason: { code: 'CLAIM_CHECK_FAILED', details: { bucket: 'no-such-bucket' } },
          },
          { status: 'rejected', reason: { code: 'CLAIM_CHECK_FAILED' } },
          { status: 'fulfilled' },
        ]);
        expect(await topic.status('b')).toMatchObject({ state: 'unknown' });
      },
      { client: { claimCheck } },
    );
    expect((await emulator.drain(queueUrl)).map(({ Body = '' }) => JSON.parse(Body).meta.msgId)).toEqual([
      'c-1',
    ]);
  });

  it('is refused before anything is sent when there is no bucket', async () => {
    const { emulator } = emulators;
    const { topicArn } = emulator.createTopicWithQueue({ fifo: true });
    const publisher = new SnsFifoPublisher({ topicArn, client: emulator.sns });
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      await expect(topic.publish([renamed('d', 'd-1'), large('d', 2)])).rejects.toMatchObject({
        code: 'INVALID_MESSAGES',
        faults: [{ index: 1, path: 'message' }],
      });
      expect(await topic.status('d')).toMatchObject({ state: 'unknown' });
    });
  });
});

function attributesOf({ MessageAttributes = {} }: Message): object {
  return MessageAttributes;
}
