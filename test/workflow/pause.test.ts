import { describe, expect, it } from 'vitest';
import { renames } from '../support/customer.ts';
import { eachLayout } from '../support/layouts.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { RefusingPublisher } from '../support/refusing-publisher.ts';
import { ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const operator = { actor: 'ada', reason: 'a migration' };
const some = (from: number, to: number): string[] => renames('a', from, to).map(({ meta }) => meta.msgId);
const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(eachLayout('Paused'))('a paused aggregate, with $title,', ({ rig, partitions }) => {
  const temporal = useTemporalDevServer();

  it('accepts what comes, publishes nothing, and goes on in order when it is resumed', async () => {
    const publisher = new RefusingPublisher();
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(renames('a', 1, 2), { waitFor: 'published' });
        expect(await topic.pause('a', operator)).toMatchObject({
          state: 'paused',
          paused: { ...operator, since: expect.stringMatching(/Z$/) },
        });
        await topic.publish([...renames('a', 3, 4), ...renames('b', 1, 1)]);
        await topic.publish(renames('a', 5, 5));
        await topic.publish(renames('b', 2, 2), { waitFor: 'published' });
        expect(await topic.status('a')).toMatchObject({ state: 'paused', pending: 3, accepted: 5 });
        expect(publisher.msgIdsOf('a')).toEqual(some(1, 2));
        const resumed = await topic.resume('a', { actor: 'grace', reason: 'done' });
        expect(resumed).not.toHaveProperty('paused');
        expect(resumed.operations).toMatchObject([
          { operation: 'pause', ...operator },
          { operation: 'resume', actor: 'grace', reason: 'done' },
        ]);
        await until(() => publisher.msgIdsOf('a').length === 5);
        expect(publisher.msgIdsOf('a')).toEqual(some(1, 5));
      },
      rig(),
    );
  });

  it('need not have a publisher, and keeps it open until it is resumed', async () => {
    const publisher = new RefusingPublisher();
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        expect(await topic.pause('a', operator)).toMatchObject({ state: 'paused', accepted: 0 });
        await pass(700);
        expect(await topic.status('a')).toMatchObject({
          state: 'paused',
          open: true,
          operations: [operator],
        });
        await topic.publish(renames('a', 1, 2));
        await pass(500);
        expect(publisher.attempts).toEqual([]);
        await topic.resume('a', operator);
        await until(() => publisher.messages.length === 2);
        // Now it may close.
        await until(async () => (await topic.status('a')).state === 'idle');
        await until(async () => !((await topic.status('a')) as { open?: boolean }).open);
      },
      rig({ lingerMs: 200 }),
    );
  });

  it('can be paused however soon its publisher closes', async () => {
    await withWorker(
      temporal.env,
      new RefusingPublisher(),
      async ({ topic }) => {
        const ids = Array.from({ length: 20 }, (_, n) => `a${n}`);
        for (const id of ids) expect(await topic.pause(id, operator)).toMatchObject({ state: 'paused' });
      },
      rig({ lingerMs: 1 }),
    );
  });

  it('sends nothing more once pause has resolved, which waits for what is in flight', async () => {
    const publisher = new ScriptedPublisher(() => pass(30).then(() => undefined));
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(renames('a', 1, 90));
        await until(() => publisher.attempts.length === 5);
        await topic.pause('a', operator);
        const { length } = publisher.published;
        expect(publisher.attempts).toHaveLength(length);
        expect(length).toBeLessThan(90);
        await pass(1_000);
        expect(publisher.attempts).toHaveLength(length);
        expect(await topic.status('a')).toMatchObject({ state: 'paused', pending: 90 - length });
        await topic.resume('a', operator);
        await until(() => publisher.published.length === 90);
        expect(publisher.published).toEqual(some(1, 90));
        expect(publisher.attempts).toHaveLength(90);
      },
      rig(),
    );
  });

  it('is paused at once although SNS takes nothing', async () => {
    let isDown = true;
    const publisher = new ScriptedPublisher(() => (isDown ? throttled : undefined));
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(renames('a', 1, 3));
        await until(() => publisher.attempts.length >= 2);
        const before = Date.now();
        await topic.pause('a', operator);
        expect(Date.now() - before).toBeLessThan(2_000);
        const attempts = publisher.attempts.length;
        isDown = false;
        await pass(3_000);
        expect(publisher.attempts).toHaveLength(attempts);
        await topic.resume('a', operator);
        await until(() => publisher.published.length === 3);
        expect(publisher.published).toEqual(some(1, 3));
      },
      rig(),
    );
  });

  it('stays parked at its event when it is resumed, and paused when the event is dealt with', async () => {
    const publisher = new RefusingPublisher(['a-1', 'a-3']);
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(renames('a', 1, 4));
        await until(async () => (await topic.status('a')).state === 'parked');
        await topic.pause('a', operator);
        await topic.skip('a', operator);
        await pass(500);
        expect(await topic.status('a')).toMatchObject({ state: 'paused', pending: 3 });
        expect(publisher.attempts).toEqual(['a-1']);
        await topic.resume('a', operator);
        await until(async () => (await topic.status('a')).state === 'parked');
        await topic.pause('a', operator);
        await topic.resume('a', operator);
        expect(await topic.status('a')).toMatchObject({ state: 'parked', parked: { msgId: 'a-3' } });
        publisher.bad.clear();
        await topic.retry('a', operator);
        await until(() => publisher.messages.length === 3);
        expect(publisher.msgIdsOf('a')).toEqual(['a-2', 'a-3', 'a-4']);
      },
      rig(),
    );
  });

  it('stays paused over continue-as-new', async () => {
    const publisher = new RefusingPublisher();
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.pause('a', operator);
        for (const message of renames('a', 1, 12)) await topic.publish([message]);
        if (partitions) for (const message of renames('b', 1, 9)) await topic.publish([message]);
        await pass(500);
        expect(publisher.msgIdsOf('a')).toEqual([]);
        expect(await topic.status('a')).toMatchObject({ state: 'paused', pending: 12, paused: operator });
        await topic.resume('a', operator);
        await until(() => publisher.msgIdsOf('a').length === 12);
        expect(publisher.msgIdsOf('a')).toEqual(some(1, 12));
      },
      rig({ maxSignalsPerRun: 3 }),
    );
  });
});
