import { describe, expect, it } from 'vitest';
import { S3ClaimCheck, type S3ClaimCheckOptions } from '../../../src/claim-check/s3-claim-check.ts';

const client = { send: () => Promise.reject(new Error('Nothing is sent')) };
const withOptions = (options: Partial<S3ClaimCheckOptions>) => () =>
  new S3ClaimCheck({ bucket: 'event-bodies', client, ...options });

describe('an S3ClaimCheck', () => {
  it('has the defaults of the documentation', () => {
    expect(withOptions({})()).toMatchObject({ bucket: 'event-bodies', prefix: '', maxBodyBytes: 16_777_216 });
  });

  it.each<Partial<S3ClaimCheckOptions>>([
    { bucket: 'arn:aws:s3:eu-west-1:123456789012:accesspoint/bodies' },
    { prefix: "claims/!-_.*'()/" },
    { prefix: 'p'.repeat(500) },
    { maxBodyBytes: 1 },
    { maxBodyBytes: 268_435_456 },
    { requestTimeoutMs: 600_000 },
  ])('takes %j', (options) => {
    expect(withOptions(options)).not.toThrow();
  });

  it.each<[Partial<S3ClaimCheckOptions>, string]>([
    [{ bucket: '' }, 'bucket is the name of an S3 bucket'],
    [{ bucket: 'event bodies' }, 'bucket is the name of an S3 bucket'],
    [{ bucket: undefined as unknown as string }, 'bucket is the name of an S3 bucket'],
    [{ prefix: 'a b/' }, 'prefix is at most 500'],
    [{ prefix: 'é' }, 'prefix is at most 500'],
    [{ prefix: 'p'.repeat(501) }, 'prefix is at most 500'],
    [{ maxBodyBytes: 0 }, 'maxBodyBytes is 1 to 268435456'],
    [{ maxBodyBytes: 268_435_457 }, 'maxBodyBytes is 1 to 268435456'],
    [{ maxBodyBytes: 1.5 }, 'maxBodyBytes is 1 to 268435456'],
    [{ requestTimeoutMs: 0 }, 'requestTimeoutMs is 1 to 600000'],
    [{ requestTimeoutMs: 600_001 }, 'requestTimeoutMs is 1 to 600000'],
  ])('refuses %j', (options, fault) => {
    expect(withOptions(options)).toThrow(fault);
  });

  it('names every fault at once', () => {
    expect(withOptions({ bucket: '', prefix: ' ' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_CLAIM_CHECK',
        message: expect.stringMatching(/wrong: bucket is .*; prefix is .*construct the S3ClaimCheck again/),
      }),
    );
  });
});
