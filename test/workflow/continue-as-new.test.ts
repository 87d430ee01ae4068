import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import { renamed, renames } from '../support/customer.ts';
import { createRig, createTestWorker, until, withWorker } from '../support/publisher-worker.ts';
import { ScriptedPublisher, throttled } from '../support/scripted-publisher.ts';
import { useTemporalDevServer, useTimeSkippingServer } from '../support/temporal.ts';

const settings = { maxSignalsPerRun: 5 };
const msgIds = (id: string, from: number, to: number): string[] =>
  renames(id, from, to).map(({ meta }) => meta.msgId);

describe('continue-as-new', () => {
  const temporal = useTemporalDevServer();

  async function hasContinued(id: string): Promise<boolean> {
    const handle = temporal.env.client.workflow.getHandle(publisherWorkflowId('Customer', id));
    const { workflowExecutionInfo: info } = (await handle.describe()).raw;
    return info?.firstRunId !== info?.execution?.runId;
  }

  it('comes after the given number of signals and loses, repeats and reorders nothing', async () => {
    const publisher = new InMemoryPublisher();
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        for (const message of renames('a', 1, 40)) await topic.publish([message]);
        await until(() => publisher.messages.length === 40);
        expect(publisher.messages.map(({ meta }) => meta.msgId)).toEqual(msgIds('a', 1, 40));
        expect(await topic.status('a')).toMatchObject({ accepted: 40, published: 40 });
        expect(await hasContinued('a')).toBe(true);
      },
      { settings },
    );
  });

  it('does not wait for an activity that cannot get through, and the next run goes on in order', async () => {
    let isDown = true;
    const publisher = new ScriptedPublisher(() => (isDown ? throttled : undefined));
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        for (const message of renames('b', 1, 23)) await topic.publish([message]);
        await until(() => hasContinued('b'));
        expect(await topic.status('b')).toMatchObject({ pending: 23, published: 0 });
        isDown = false;
        await until(() => publisher.published.length === 23);
        expect(publisher.published).toEqual(msgIds('b', 1, 23));
      },
      { settings },
    );
  });

  it('carries a parked event over', async () => {
    const publisher = new ScriptedPublisher((msgId) =>
      msgId === 'c-1' ? { kind: 'event', code: 'InvalidParameter', reason: 'bad' } : undefined,
    );
    await withWorker(
      temporal.env,
      publisher,
      async ({ topic }) => {
        for (const message of renames('c', 1, 12)) await topic.publish([message]);
        await until(async () => (await topic.status('c')).state === 'parked' && (await hasContinued('c')));
        expect(await topic.status('c')).toMatchObject({
          state: 'parked',
          pending: 12,
          parked: { msgId: 'c-1', code: 'InvalidParameter' },
        });
        expect(publisher.attempts.map(({ msgId }) => msgId)).toEqual(['c-1']);
      },
      { settings },
    );
  });
});

describe('the memory of msgIds', () => {
  const temporal = useTimeSkippingServer();

  it('crosses continue-as-new', async () => {
    const publisher = new InMemoryPublisher();
    const { topic, taskQueue } = createRig(temporal.env, { settings: { maxSignalsPerRun: 1 } });
    const handle = temporal.env.client.workflow.getHandle(publisherWorkflowId('Customer', 'd'));
    const currentRun = async (): Promise<string> => (await handle.describe()).runId;
    // This server's continue-as-new is not atomic: a signal may be sent only to a run that rests.
    const rests = async (): Promise<boolean> => {
      const last = (await handle.fetchHistory()).events?.at(-1);
      return Boolean(last?.timerStartedEventAttributes ?? last?.workflowTaskCompletedEventAttributes);
    };
    const nextRunRests = (run: string) => until(async () => (await currentRun()) !== run && (await rests()));

    await topic.publish(renames('d', 1, 1));
    const firstRun = await currentRun();
    const worker = await createTestWorker(temporal.env, publisher, { taskQueue });
    await worker.runUntil(async () => {
      await nextRunRests(firstRun);
      for (const msgId of ['d-1', 'd-2', 'd-1', 'd-3', 'd-2']) {
        const run = await currentRun();
        await topic.publish([renamed('d', msgId)]);
        await nextRunRests(run);
      }
      expect(publisher.messages.map(({ meta }) => meta.msgId)).toEqual(msgIds('d', 1, 3));
      expect(await topic.status('d')).toMatchObject({ accepted: 3, duplicates: 3 });
    });
  });
});
