import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import { renamed, renames } from '../support/customer.ts';
import { until, withWorker } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const ROUNDS = 200;
const AT_ONCE = 10;
const LINGER_MS = 100;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('an event that arrives as the publisher closes', () => {
  const temporal = useTemporalDevServer();

  it(`is published after the one before, in ${ROUNDS} rounds around the end of the linger time`, async () => {
    const publisher = new InMemoryPublisher();
    let closedBetween = 0;

    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        const round = async (n: number): Promise<void> => {
          const id = `race-${n}`;
          const published = (): string[] =>
            publisher.messages.filter((message) => message.id === id).map(({ meta }) => meta.msgId);
          await topic.publish([renamed(id, `${id}-1`)]);
          await until(() => published().length === 1);
          // From 30 ms before to 30 ms after the linger time, which started about now.
          await sleep(LINGER_MS - 30 + (n % 60));
          await topic.publish([renamed(id, `${id}-2`)]);
          await until(() => published().length === 2);
          expect(published()).toEqual([`${id}-1`, `${id}-2`]);
          const status = await topic.status(id);
          // A publisher that has closed and opened again knows only the second event.
          if (status.state !== 'unknown' && status.accepted === 1) closedBetween += 1;
        };
        for (let n = 0; n < ROUNDS; n += AT_ONCE) {
          await Promise.all(Array.from({ length: AT_ONCE }, (_, offset) => round(n + offset)));
        }
      },
      { settings: { lingerMs: LINGER_MS } },
    );

    expect(publisher.messages).toHaveLength(2 * ROUNDS);
    // Both sides of the race were met, else the rounds prove nothing.
    expect(closedBetween).toBeGreaterThan(ROUNDS / 20);
    expect(closedBetween).toBeLessThan(ROUNDS - ROUNDS / 20);
  }, 120_000);
});

describe('an idle publisher', () => {
  const temporal = useTemporalDevServer();

  it('closes when its linger time is over, and the next event opens a new run', async () => {
    const publisher = new InMemoryPublisher();
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        await topic.publish(renames('x', 1, 1));
        await temporal.env.client.workflow.getHandle(publisherWorkflowId('Customer', 'x')).result();
        expect(await topic.status('x')).toMatchObject({ open: false, state: 'idle', published: 1 });
        await topic.publish(renames('x', 2, 2));
        await until(() => publisher.messages.length === 2);
      },
      { settings: { lingerMs: 200 } },
    );
  });
});
