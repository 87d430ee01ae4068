import { describe, expect, it } from 'vitest';
import { CleanUps } from '../../../../src/testing/environment/clean-ups.ts';

describe('clean-ups', () => {
  it('run once, the last first, one after the other', async () => {
    const done: string[] = [];
    const cleanUps = new CleanUps();
    cleanUps.add(() => done.push('first'));
    cleanUps.add(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      done.push('second');
    });
    await cleanUps.run();
    await cleanUps.run();
    expect(done).toEqual(['second', 'first']);
  });

  it('all run, whatever fails; the first failure is thrown', async () => {
    const done: string[] = [];
    const cleanUps = new CleanUps();
    const fail = (reason: string) => () => {
      done.push(reason);
      throw new Error(reason);
    };
    for (const reason of ['third', 'second', 'first']) cleanUps.add(fail(reason));
    await expect(cleanUps.run()).rejects.toThrow('first');
    expect(done).toEqual(['first', 'second', 'third']);
  });
});
