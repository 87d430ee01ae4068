import { describe, expect, it } from 'vitest';
import { Pacer, type ReadHistory } from '../../../../src/client/publish/pacer.ts';
import { PACING } from '../../../../src/common/defaults.ts';
import { isEventTopicError } from '../../../../src/common/errors.ts';

/** Answers with one history after the other, the last one for ever, and counts how often it was asked. */
function histories(
  ...answers: readonly { events: number; bytes: number }[]
): ReadHistory & { asked: number } {
  const read = async (): ReturnType<ReadHistory> => {
    const answer = answers[Math.min(read.asked, answers.length - 1)];
    read.asked += 1;
    return answer;
  };
  read.asked = 0;
  return read;
}

const short = { events: 10, bytes: 1_000 };
const long = { events: PACING.easyEvents + 1, bytes: 1_000 };

async function signal(pacer: Pacer, times: number, readHistory: ReadHistory, chars = 10): Promise<void> {
  for (let n = 0; n < times; n += 1) await pacer.beforeSignal('a', chars, readHistory);
}

describe('a caller', () => {
  it('who sends little never asks for the history', async () => {
    const read = histories(short);
    await signal(new Pacer(), PACING.signals, read);
    expect(read.asked).toBe(0);
  });

  it('who sends many signals asks after every so many', async () => {
    const read = histories(short);
    await signal(new Pacer(), 2 * (PACING.signals + 1), read);
    expect(read.asked).toBe(2);
  });

  it('who sends large signals asks after so many characters', async () => {
    const read = histories(short);
    await signal(new Pacer(), 3, read, PACING.chars / 2);
    expect(read.asked).toBe(1);
  });

  it('waits while the history is long, until the publisher has continued as new', async () => {
    const read = histories(long, { events: 10, bytes: PACING.easyBytes + 1 }, short);
    await signal(new Pacer(), PACING.signals + 1, read);
    expect(read.asked).toBe(3);
  });

  it('does not wait when the publisher has closed', async () => {
    let asked = 0;
    const closed: ReadHistory = async () => {
      asked += 1;
      return undefined;
    };
    await signal(new Pacer(), PACING.signals + 1, closed);
    expect(asked).toBe(1);
  });

  it('is slowed down for each aggregate by itself', async () => {
    const read = histories(short);
    const pacer = new Pacer();
    for (let n = 0; n < 3 * PACING.signals; n += 1) await pacer.beforeSignal(`id-${n % 4}`, 10, read);
    expect(read.asked).toBe(0);
  });
});

describe('a history that does not get shorter', () => {
  it(
    'takes more after a while, as long as it is not full, and is refused with BACKLOG_FULL when it is',
    async () => {
      const full = { events: PACING.fullEvents + 1, bytes: 1_000 };
      const started = Date.now();
      const [accepted, refused] = await Promise.allSettled([
        signal(new Pacer(), PACING.signals + 1, histories(long)),
        signal(new Pacer(), PACING.signals + 1, histories(full)),
      ]);
      expect(Date.now() - started).toBeGreaterThanOrEqual(PACING.maxWaitMs);
      expect(accepted.status).toBe('fulfilled');
      expect(refused).toMatchObject({ status: 'rejected' });
      const reason = refused.status === 'rejected' ? refused.reason : undefined;
      expect(isEventTopicError(reason, 'BACKLOG_FULL')).toBe(true);
      expect(reason.details).toEqual({ id: 'a', events: PACING.fullEvents + 1, bytes: 1_000 });
    },
    PACING.maxWaitMs + 10_000,
  );
});
