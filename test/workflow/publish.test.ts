import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import { publisherWorkflowId } from '../../src/common/ids.ts';
import { renamed, renames } from '../support/customer.ts';
import { createRig, createTestWorker, type Rig, until, withWorker } from '../support/publisher-worker.ts';
import { ScriptedPublisher } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

// Without a cache every workflow task replays the whole history: what is not deterministic fails.
describe.each([{ maxCachedWorkflows: 100 }, { maxCachedWorkflows: 0 }])(
  'a worker with $maxCachedWorkflows cached workflows',
  (worker) => {
    const temporal = useTemporalDevServer();

    it('publishes the events of each aggregate in the order in which they were accepted', async () => {
      const publisher = new InMemoryPublisher();
      const test = async ({ topic }: Rig) => {
        const [a1, a2, b1, b2] = [
          renames('a', 1, 3),
          renames('a', 4, 5),
          renames('b', 1, 2),
          renames('b', 3, 3),
        ];
        await Promise.all([topic.publish(a1), topic.publish(b1), topic.publish([...b2, ...a2])]);
        await until(() => publisher.messages.length === 8);
        const ofAggregate = (id: string) => publisher.messages.filter((message) => message.id === id);
        expect(ofAggregate('a')).toEqual([...a1, ...a2]);
        expect(ofAggregate('b')).toEqual([...b1, ...b2]);
      };
      await withWorker(temporal.env, publisher, test, { worker });
    });

    it('drops a repeated msgId, whatever else the call carries', async () => {
      const publisher = new InMemoryPublisher();
      await withWorker(
        temporal.env,
        publisher,
        async ({ topic }) => {
          await topic.publish(renames('c', 1, 2));
          await topic.publish(renames('c', 1, 3));
          await until(async () => (await topic.status('c')).state === 'idle');
          expect(publisher.messages.map(({ meta }) => meta.msgId)).toEqual(['c-1', 'c-2', 'c-3']);
          expect(await topic.status('c')).toMatchObject({
            accepted: 3,
            published: 3,
            duplicates: 2,
            pending: 0,
            open: true,
          });
        },
        { worker },
      );
    });
  },
);

describe('one aggregate', () => {
  const temporal = useTemporalDevServer();

  it('has at most one request in flight, and the next event leaves only after the one before was acknowledged', async () => {
    let inFlight = 0;
    let most = 0;
    const publisher = new ScriptedPublisher(async () => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inFlight -= 1;
      return undefined;
    });
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      for (let n = 1; n <= 30; n += 1) await topic.publish([renamed('d', `d-${n}`)]);
      await until(() => publisher.published.length === 30);
      expect(most).toBe(1);
      expect(publisher.published).toEqual(renames('d', 1, 30).map(({ meta }) => meta.msgId));
    });
  });

  it('is accepted while no worker runs, and published when one comes', async () => {
    const { topic, taskQueue } = createRig(temporal.env);
    await topic.publish(renames('e', 1, 2));
    const publisher = new InMemoryPublisher();
    const worker = await createTestWorker(temporal.env, publisher, { taskQueue });
    await worker.runUntil(until(() => publisher.messages.length === 2));
  });

  it('is not lost when somebody asks Temporal to cancel its publisher', async () => {
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const publisher = new ScriptedPublisher(async () => {
      await gate;
      return undefined;
    });
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      await topic.publish(renames('f', 1, 3));
      await until(() => publisher.attempts.length > 0);
      await temporal.env.client.workflow.getHandle(publisherWorkflowId('Customer', 'f')).cancel();
      open();
      await until(() => publisher.published.length === 3);
      expect(publisher.published).toEqual(['f-1', 'f-2', 'f-3']);
    });
  });

  it('has no status before its first event', async () => {
    await withWorker(temporal.env, new InMemoryPublisher(), async ({ topic }) => {
      expect(await topic.status('never')).toEqual({ topic: 'Customer', id: 'never', state: 'unknown' });
    });
  });
});
