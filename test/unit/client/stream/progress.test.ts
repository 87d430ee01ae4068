import { expect, it } from 'vitest';
import { publishStream } from '../../../../src/client/stream/publish-stream.ts';
import { deferred, settled } from '../../../support/deferred.ts';
import { customerMessage } from '../../../support/messages.ts';
import { HeldTarget } from './held-target.ts';
import { LiveSource } from './live-source.ts';

const failed = new Error('cannot write the checkpoint');

it('tells how many messages from the start are all accepted, as that number grows', async () => {
  const target = new HeldTarget();
  const progress: number[] = [];
  const source = ['A', 'B', 'C', 'D'].map((id, number) => customerMessage(number, { id }));
  const call = publishStream(target, source, { onProgress: (accepted) => void progress.push(accepted) });
  await target.accept(1);
  expect(progress).toEqual([]);
  await target.accept(0);
  expect(progress).toEqual([2]);
  await target.accept(3);
  await target.accept(2);
  await call;

  expect(progress).toEqual([2, 4]);
});

it('waits for one report before the next, and leaves out what is outdated meanwhile', async () => {
  const target = new HeldTarget();
  const progress: number[] = [];
  const reports = [deferred(), deferred()];
  const source = ['A', 'B', 'C'].map((id, number) => customerMessage(number, { id }));
  let isOver = false;
  const call = publishStream(target, source, {
    onProgress: (accepted) => {
      progress.push(accepted);
      return reports[progress.length - 1]?.promise;
    },
  }).finally(() => {
    isOver = true;
  });
  await target.accept(0);
  await target.accept(1);
  await target.accept(2);
  expect(progress).toEqual([1]);
  reports[0]?.resolve();
  await settled();
  expect(progress).toEqual([1, 3]);
  expect(isOver).toBe(false);
  reports[1]?.resolve();

  expect(await call).toEqual({ accepted: 3 });
});

it.each([
  [
    'throws',
    () => {
      throw failed;
    },
  ],
  ['rejects', () => Promise.reject(failed)],
])('ends the stream when it %s', async (_, onProgress) => {
  const target = new HeldTarget();
  const source = new LiveSource().give(customerMessage(1, { id: 'A' }), customerMessage(2, { id: 'B' }));
  let reports = 0;
  const call = publishStream(target, source, {
    onProgress: () => {
      reports += 1;
      return onProgress();
    },
  });
  const refused = expect(call).rejects.toMatchObject({
    code: 'STREAM_INTERRUPTED',
    accepted: 2,
    cause: failed,
  });
  await target.accept(0);
  source.give(customerMessage(3, { id: 'A' }));
  await target.accept(1);

  await refused;
  expect(target.sent).toEqual([['m-1'], ['m-2']]);
  expect(reports).toBe(1);
  expect(source.returned).toBe(1);
});

it('its failure is told even when everything is accepted', async () => {
  const target = new HeldTarget();
  const call = publishStream(target, [customerMessage(1)], { onProgress: () => Promise.reject(failed) });
  const refused = expect(call).rejects.toMatchObject({ accepted: 1, cause: failed });
  await target.accept(0);

  await refused;
});

it('tells also what is accepted of a stream that fails, before it rejects', async () => {
  const target = new HeldTarget();
  const progress: number[] = [];
  const source = ['A', 'B'].map((id, number) => customerMessage(number, { id }));
  const call = publishStream(target, source, {
    onProgress: async (accepted) => {
      await settled();
      progress.push(accepted);
    },
  });
  const refused = expect(call).rejects.toMatchObject({ accepted: 1 });
  await target.fail(1, new Error('unavailable'));
  await target.accept(0);

  await refused;
  expect(progress).toEqual([1]);
});
