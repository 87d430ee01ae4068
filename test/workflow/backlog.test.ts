import { describe, expect, it } from 'vitest';
import type { AggregateStatus } from '../../src/client/operate/operate.ts';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import { type CustomerMessage, renamed } from '../support/customer.ts';
import { type Rig, until, withWorker } from '../support/publisher-worker.ts';
import { ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

// BACKLOG_EVENTS=20000 repeats it at the size of a long outage; a few minutes.
const EVENTS = Number(process.env['BACKLOG_EVENTS'] ?? 2_000);
const TIMEOUT_MS = 60_000 + 40 * EVENTS;
const MEGABYTE = 1_000_000;

/** A message of about 2 KB. */
function large(id: string, n: number): CustomerMessage {
  return { ...renamed(id, `${id}-${n}`), event: { type: 'NameChanged', name: 'x'.repeat(1_700) } };
}

describe.each([1, 100])('a backlog larger than one run can hold, of calls with %i messages', (perCall) => {
  const temporal = useTemporalDevServer();

  /** Length and size of every run's history. */
  async function runs(): Promise<{ events: number; bytes: number; isOpen: boolean; workflowId: string }[]> {
    const list = temporal.env.client.workflow.list();
    const found = [];
    for await (const { workflowId, historyLength, historySize = 0, status } of list) {
      found.push({
        workflowId,
        events: historyLength,
        bytes: historySize,
        isOpen: status.name === 'RUNNING',
      });
    }
    return found;
  }

  it(
    'waits in pages while SNS is down, and is published in order when it is back',
    async () => {
      let isDown = true;
      const publisher = new ScriptedPublisher(() => (isDown ? throttled : undefined));
      const messages = Array.from({ length: EVENTS }, (_, index) => large('a', index + 1));
      const test = async ({ topic }: Rig): Promise<void> => {
        for (let n = 0; n < EVENTS; n += perCall) await topic.publish(messages.slice(n, n + perCall));
        // Temporal fails a continue-as-new that something runs into, and answers no query until the task is tried again.
        const status = (): Promise<AggregateStatus | undefined> => topic.status('a').catch(() => undefined);
        const isAccepted = async (): Promise<boolean> => {
          const now = await status();
          return now !== undefined && 'pending' in now && now.pending === EVENTS;
        };
        await until(isAccepted, TIMEOUT_MS);
        isDown = false;
        await until(() => publisher.published.length === EVENTS, TIMEOUT_MS);
        expect(publisher.published).toEqual(messages.map(({ meta }) => meta.msgId));
        await until(async () => (await status())?.state === 'idle', TIMEOUT_MS);
        expect(await topic.status('a')).toMatchObject({
          accepted: EVENTS,
          published: EVENTS,
          pending: 0,
          duplicates: 0,
        });
      };
      // With a thread of its own: all that this takes is much for the one in which the calls are made.
      await withWorker(temporal.env, publisher, test, { worker: { debugMode: false } });

      const all = await runs();
      expect(all.filter(({ isOpen }) => isOpen).map(({ workflowId }) => workflowId)).toEqual([
        publisherWorkflowId('Customer', 'a'),
      ]);
      expect(
        all.filter(({ workflowId }) => workflowId.startsWith('event-topic-page/')).length,
      ).toBeGreaterThan(5);
      expect(all.filter(({ workflowId }) => workflowId.startsWith('event-topic/')).length).toBeGreaterThan(1);
      // Temporal ends a run at 51,200 events or 50 MB.
      expect(Math.max(...all.map(({ events }) => events))).toBeLessThan(40_000);
      expect(Math.max(...all.map(({ bytes }) => bytes))).toBeLessThan(40 * MEGABYTE);
    },
    TIMEOUT_MS,
  );
});
