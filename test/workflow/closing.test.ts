import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import { renamed, renames } from '../support/customer.ts';
import { type Rig, until, withWorker } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const ROUNDS = 200;
const STREAMS = 20;
const LINGER_MS = 100;
// The streams find out when publishers really close.
const FIRST_DELAY_MS = 1_000;
const STEP_MS = 70;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('an event that arrives as the publisher closes', () => {
  const temporal = useTemporalDevServer();

  it(`is published after the one before, in ${ROUNDS} rounds around the end of the linger time`, async () => {
    const publisher = new InMemoryPublisher();
    const published = (id: string): string[] =>
      publisher.messages.filter((message) => message.id === id).map(({ meta }) => meta.msgId);
    let closedBetween = 0;

    /** Publishes two events `delayMs` apart; true when the publisher closed between them. */
    const round = async ({ topic }: Rig, id: string, delayMs: number): Promise<boolean> => {
      await topic.publish([renamed(id, `${id}-1`)]);
      await until(() => published(id).length === 1);
      await sleep(delayMs);
      await topic.publish([renamed(id, `${id}-2`)]);
      await until(() => published(id).length === 2);
      expect(published(id)).toEqual([`${id}-1`, `${id}-2`]);
      const status = await topic.status(id);
      // A publisher that has closed and opened again knows only the second event.
      return status.state !== 'unknown' && status.accepted === 1;
    };

    /** Rounds one after the other, each a step closer to the moment at which publishers really close. */
    const stream = async (rig: Rig, name: number): Promise<void> => {
      let delayMs = FIRST_DELAY_MS;
      for (let n = 0; n < ROUNDS / STREAMS; n += 1) {
        const hasClosed = await round(rig, `race-${name}-${n}`, delayMs);
        if (hasClosed) closedBetween += 1;
        delayMs = Math.max(0, delayMs + (hasClosed ? -STEP_MS : STEP_MS));
      }
    };

    const test = async (rig: Rig): Promise<void> => {
      await Promise.all(Array.from({ length: STREAMS }, (_, name) => stream(rig, name)));
    };
    await withWorker(temporal.env, publisher, test, { settings: { lingerMs: LINGER_MS } });

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
