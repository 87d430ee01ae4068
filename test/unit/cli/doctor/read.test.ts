import { describe, expect, it } from 'vitest';
import { explainAws, explainTemporal } from '../../../../src/cli/doctor/collect/explain.ts';
import { arnOf } from '../../../../src/cli/doctor/collect/queue.ts';
import { read } from '../../../../src/cli/doctor/read.ts';

const explain = (error: unknown): { code: string; reason: string } => ({ code: 'E', reason: String(error) });

describe('a read', () => {
  it('has its own time, and says that it is over', async () => {
    const hangs = read({ timeoutMs: 20, explain }, () => new Promise(() => {}));
    expect(await hangs).toEqual({ unread: { code: 'TimedOut', reason: 'no answer in 0.02 s' } });
  });

  it('says why it failed, also when that is thrown at once', async () => {
    const failed = await read({ timeoutMs: 1_000, explain }, () => {
      throw 'no';
    });
    expect(failed).toEqual({ unread: { code: 'E', reason: 'no' } });
  });
});

it('finds the code of gRPC behind the errors of the SDK', () => {
  const grpc = Object.assign(new Error('7 PERMISSION_DENIED: no'), { code: 7, details: 'no' });
  expect(explainTemporal(new Error('outer', { cause: grpc }))).toEqual({
    code: 'PERMISSION_DENIED',
    reason: 'no',
  });
  expect(explainTemporal(new Error('other'))).toEqual({ code: 'UNKNOWN', reason: 'other' });
});

it('takes the name of an error of AWS for its code', () => {
  const error = Object.assign(new Error('gone'), { name: 'NotFoundException' });
  expect(explainAws(error)).toEqual({ code: 'NotFoundException', reason: 'gone' });
});

it.each([
  ['https://sqs.eu-west-1.amazonaws.com/123456789012/A.fifo', 'arn:aws:sqs:eu-west-1:123456789012:A.fifo'],
  ['http://sqs.us-east-1.127.0.0.1:4566/000000000000/A', 'arn:aws:sqs:us-east-1:000000000000:A'],
  ['http://127.0.0.1:4566/000000000000/A', 'arn:aws:sqs:eu-central-1:000000000000:A'],
])('knows the ARN of the queue %s', (url, arn) => {
  expect(arnOf(url, 'arn:aws:sns:eu-central-1:000000000000:T.fifo')).toBe(arn);
});
