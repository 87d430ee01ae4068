// What can go wrong with a relay, and that nothing is lost, reordered or sent twice by it. Killed processes: test/faults/crashes.test.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { EventLog, StoredEvent } from '../../src/common/event-log.ts';
import { publisherWorkflowId, relayWorkflowId } from '../../src/common/ids.ts';
import { createEventTopicWorker } from '../../src/worker.ts';
import { positioned } from '../support/customer.ts';
import { usePostgres } from '../support/postgres.ts';
import { until } from '../support/publisher-worker.ts';
import { createRelayRig, type RelayRig } from '../support/relay-rig.ts';
import { refused, ScriptedPublisher, unavailable } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const temporal = useTemporalDevServer();
const postgres = usePostgres();
const operator = { actor: 'ada', reason: 'test' };

function rigWith(publisher?: ScriptedPublisher): Promise<RelayRig> {
  return createRelayRig(temporal.env, postgres.pool, {
    ordering: 'position',
    ...(publisher ? { publisher } : {}),
  });
}

/** The same EventLog, each event changed on the way. */
function mapped({ eventLog }: RelayRig['store'], change: (event: StoredEvent) => StoredEvent): EventLog {
  return {
    readStream: (id, from) => eventLog.readStream(id, from),
    async *readAll(after, options) {
      for await (const event of eventLog.readAll(after, options)) yield change(event);
    },
  };
}

const ids = (id: string, from: number, to: number): string[] =>
  positioned(id, from, to).map(({ meta }) => meta.msgId);

describe('a relay', () => {
  it('whose EventLog does not answer for a while says so, and goes on by itself', async () => {
    const rig = await rigWith();
    let isDown = false;
    const worker = await rig.worker(
      mapped(rig.store, (event) => {
        if (isDown) throw new Error('connection refused');
        return event;
      }),
    );
    await worker.runUntil(async () => {
      const relay = rig.relay({ mode: 'tail', pageEvents: 2 });
      await relay.start({ from: 'beginning' });
      await rig.store.append(positioned('a', 1, 3));
      await until(() => rig.publisher.published.length === 3);
      isDown = true;
      await rig.store.append(positioned('a', 4, 9));
      await until(async () => (await relay.status()).state === 'failing');
      expect((await relay.status()).failure).toMatchObject({
        reason: expect.stringContaining('The EventLog cannot be read for now: connection refused'),
      });
      isDown = false;
      await until(() => rig.publisher.published.length === 9);
      expect(rig.publisher.published).toEqual(ids('a', 1, 9));
      await until(async () => (await relay.status()).state === 'running');
      await relay.stop();
      expect(rig.publisher.attempts).toHaveLength(9);
    });
  });

  it('whose EventLog fails slowly says so all the time, though its activity sends heartbeats', async () => {
    const rig = await rigWith();
    let isDown = false;
    const slow: EventLog = {
      readStream: (id, from) => rig.store.eventLog.readStream(id, from),
      async *readAll(after, options) {
        // Longer than from one heartbeat to the next.
        if (isDown) await sleep(2_500);
        if (isDown) throw new Error('connect timed out');
        yield* rig.store.eventLog.readAll(after, options);
      },
    };
    const worker = await rig.worker(slow);
    await worker.runUntil(async () => {
      const relay = rig.relay({ mode: 'tail', everyMs: 100 });
      await relay.start({ from: 'beginning' });
      await rig.store.append(positioned('a', 1, 1));
      await until(() => rig.publisher.published.length === 1);
      isDown = true;
      await until(async () => (await relay.status()).state === 'failing', 60_000);
      for (let look = 0; look < 20; look += 1) {
        expect(await relay.status()).toMatchObject({ state: 'failing', totals: { published: 1 } });
        await sleep(250);
      }
      isDown = false;
      // Sooner than by its next activity.
      await until(async () => (await relay.status()).state === 'running', 40_000);
      expect(await relay.status()).not.toHaveProperty('failure');
      await relay.stop();
    });
  });

  it('continues as new, with what it has done', async () => {
    const rig = await rigWith();
    const worker = await rig.worker();
    await worker.runUntil(async () => {
      const relay = rig.relay({ mode: 'sweep', everyMs: 1, graceMs: 0, lookBackMs: 0 });
      await relay.start({ from: 'beginning' });
      await rig.store.append(positioned('a', 1, 2));
      await until(async () => (await relay.status()).totals.healed === 2);
      const { firstExecutionRunId } = await describeRelay(rig);
      await until(async () => (await describeRelay(rig)).runId !== firstExecutionRunId, 60_000);
      await rig.store.append(positioned('a', 3, 3));
      await until(async () => (await relay.status()).totals.healed === 3);
      expect(await relay.stop()).toMatchObject({ totals: { read: 3, healed: 3 } });
      expect(rig.publisher.published).toEqual(ids('a', 1, 3));
    });
  }, 90_000);

  async function describeRelay(rig: RelayRig): Promise<{ runId: string; firstExecutionRunId: string }> {
    const handle = temporal.env.client.workflow.getHandle(relayWorkflowId(rig.definition.name));
    const { runId, raw } = await handle.describe();
    return { runId, firstExecutionRunId: String(raw.workflowExecutionInfo?.firstRunId) };
  }

  it.each([-8 * 60_000, 1_500])(
    'finds what is missing with a store whose clock is off by %i ms',
    async (ms) => {
      const rig = await rigWith();
      const off = (time: string): string => new Date(Date.parse(time) + ms).toISOString();
      const worker = await rig.worker(
        mapped(rig.store, (event) => ({ ...event, storedAt: off(event.storedAt) })),
      );
      await worker.runUntil(async () => {
        const relay = rig.relay({ mode: 'sweep', everyMs: 200, graceMs: 300 });
        await relay.start({ from: 'beginning' });
        const messages = positioned('a', 1, 6);
        for (const message of messages) {
          await rig.store.append([message]);
          if (message.position !== 3 && message.position !== 6) await rig.topic.publish([message]);
        }
        await until(() => rig.publisher.published.length === 6);
        await sleep(500);
        await relay.stop();
        expect(rig.publisher.attempts.map(({ msgId }) => msgId)).toEqual(ids('a', 1, 6));
      });
    },
  );

  it('that was terminated in the middle goes on, without sending anything again', async () => {
    const rig = await rigWith();
    const worker = await rig.worker();
    await worker.runUntil(async () => {
      const relay = rig.relay({ mode: 'tail', pageEvents: 5 });
      await relay.start({ from: 'beginning' });
      await rig.store.append([...positioned('a', 1, 12), ...positioned('b', 1, 12)]);
      await until(() => rig.publisher.published.length > 5);
      // It has said nothing yet of what it did.
      await temporal.env.client.workflow.getHandle(relayWorkflowId(rig.definition.name)).terminate();
      expect(await relay.status()).toMatchObject({ state: 'stopped' });
      await rig.store.append(positioned('a', 13, 14));
      await relay.start();
      await until(() => rig.publisher.published.length === 26);
      await relay.stop();
      expect(rig.publisher.publishedOf('a')).toEqual(ids('a', 1, 14));
      expect(rig.publisher.publishedOf('b')).toEqual(ids('b', 1, 12));
      expect(rig.publisher.attempts).toHaveLength(26);
    });
  });

  it('that is cancelled stops, and can be started again', async () => {
    const rig = await rigWith();
    const worker = await rig.worker();
    await worker.runUntil(async () => {
      const relay = rig.relay({ mode: 'tail' });
      await relay.start({ from: 'beginning' });
      await rig.store.append(positioned('a', 1, 1));
      await until(() => rig.publisher.published.length === 1);
      const handle = temporal.env.client.workflow.getHandle(relayWorkflowId(rig.definition.name));
      await handle.cancel();
      expect(await handle.result()).toMatchObject({ totals: { published: 1 } });
      expect(await relay.status()).toMatchObject({ state: 'stopped' });
      await rig.store.append(positioned('a', 2, 2));
      await relay.start();
      await until(() => rig.publisher.published.length === 2);
      await relay.stop();
    });
  });

  it('ends at once when its worker is shut down, and another worker goes on', async () => {
    const rig = await rigWith();
    const target = { topic: rig.definition, publisher: rig.publisher, eventLog: rig.store.eventLog };
    const options = { connection: temporal.env.nativeConnection, taskQueue: rig.taskQueue, topics: [target] };
    const relay = rig.relay({ mode: 'tail' });
    const first = await createEventTopicWorker(options);
    const running = first.run();
    await relay.start({ from: 'end' });
    await sleep(500);
    const since = Date.now();
    first.shutdown();
    await running;
    // Temporal itself would tell the activity after the 25 seconds that it may still take.
    expect(Date.now() - since).toBeLessThan(10_000);
    const second = await createEventTopicWorker(options);
    await second.runUntil(async () => {
      await rig.store.append(positioned('a', 1, 1));
      await until(() => rig.publisher.published.length === 1);
      await relay.stop();
    });
  });

  it('waits while many events wait in a publisher', async () => {
    let isDown = true;
    const publisher = new ScriptedPublisher(() => (isDown ? unavailable : undefined));
    const rig = await rigWith(publisher);
    const worker = await rig.worker();
    await worker.runUntil(async () => {
      for (const from of [1, 1_001, 2_001]) await rig.store.append(positioned('a', from, from + 999));
      const relay = rig.relay({ mode: 'tail', maxPending: 1_000 });
      await relay.start({ from: 'beginning' });
      await until(async () => (await relay.status()).totals.read >= 2_000);
      await sleep(3_000);
      expect(await relay.status()).toMatchObject({ totals: { read: 2_000 } });
      isDown = false;
      await until(() => publisher.published.length === 3_000, 60_000);
      expect(publisher.published).toEqual(ids('a', 1, 3_000));
      await relay.stop();
    });
  }, 120_000);
});

describe('a sweep', () => {
  it('publishes what a terminated publisher had accepted, and not what an operator has dropped', async () => {
    let isDown = true;
    const publisher = new ScriptedPublisher((msgId) => {
      if (msgId === 'b-1') return refused;
      return isDown ? unavailable : undefined;
    });
    const rig = await rigWith(publisher);
    const worker = await rig.worker();
    await worker.runUntil(async () => {
      const messages = [...positioned('a', 1, 2), ...positioned('b', 1, 2)];
      await rig.store.append(messages);
      await rig.topic.publish(messages);
      await until(async () => (await rig.topic.status('b')).state === 'parked');
      await rig.topic.skip('b', operator);
      const publisherOfA = publisherWorkflowId(rig.definition.name, 'a');
      await until(() => publisher.attempts.some(({ msgId }) => msgId === 'a-1'));
      await temporal.env.client.workflow.getHandle(publisherOfA).terminate();
      isDown = false;
      const relay = rig.relay({ mode: 'sweep', everyMs: 200, graceMs: 300 });
      expect(await relay.verify()).toMatchObject({
        checked: 4,
        missing: 2,
        skipped: 1,
        holes: [{ id: 'a' }, { id: 'a' }],
      });
      await relay.start({ from: 'beginning' });
      await until(() => publisher.publishedOf('a').length === 2 && publisher.publishedOf('b').length === 1);
      await sleep(1_000);
      expect(await relay.stop()).toMatchObject({ totals: { healed: 2 } });
      expect(publisher.publishedOf('b')).toEqual(['b-2']);
      expect(await relay.verify()).toMatchObject({ published: 3, skipped: 1, missing: 0, waiting: 0 });
    });
  });

  it('counts only what was dropped as dropped: the event behind a gap that was given up is published', async () => {
    const rig = await rigWith();
    const worker = await rig.worker();
    await worker.runUntil(async () => {
      const topic = rig.newTopic({ settings: { gapTimeoutMs: 200 } });
      const relay = rig.relay({ mode: 'sweep' });
      await topic.publish([...positioned('a', 1, 1), ...positioned('a', 3, 3)]);
      await until(async () => (await topic.status('a')).state === 'parked');
      await topic.pause('a', operator);
      await topic.skip('a', operator);
      await rig.store.append(positioned('a', 1, 3));
      expect(await relay.verify()).toMatchObject({ published: 1, waiting: 1, skipped: 0, missing: 1 });
      await topic.resume('a', operator);
      await until(() => rig.publisher.published.length === 2);
      expect(await relay.verify()).toMatchObject({
        published: 2,
        skipped: 0,
        missing: 1,
        holes: [{ msgId: 'a-2' }],
      });
    });
  });

  it('puts an event in its place that was lost while its publisher was closed', async () => {
    const rig = await rigWith();
    const worker = await rig.worker();
    await worker.runUntil(async () => {
      const topic = rig.newTopic({ settings: { lingerMs: 1_000, settleMs: 100 } });
      const relay = rig.relay({ mode: 'sweep', everyMs: 60_000, graceMs: 60_000 });
      await relay.start({ from: 'beginning' });
      await rig.store.append(positioned('a', 1, 3));
      await topic.publish(positioned('a', 1, 3), { waitFor: 'published' });
      await until(() => isClosed(rig));
      // The hand-over of 4 is lost; 5 opens a publisher that knows of nothing.
      await rig.store.append(positioned('a', 4, 5));
      await topic.publish(positioned('a', 5, 5), { waitFor: 'published' });
      expect(rig.publisher.published).toEqual(ids('a', 1, 5));
      expect(await topic.status('a')).toMatchObject({ position: { watermark: 5, late: 0 } });
      await relay.stop();
    });
  });

  async function isClosed(rig: RelayRig): Promise<boolean> {
    const status = await rig.topic.status('a');
    return 'open' in status && !status.open;
  }
});
