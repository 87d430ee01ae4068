import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SnsFifoPublisher } from '../../src/activities/publishers/sns-fifo-publisher.ts';
import { EventTopic } from '../../src/client/event-topic.ts';
import { Customer, customers, positioned } from '../support/customer.ts';
import { FakeTemporal } from '../support/fake-temporal.ts';
import { usePostgres } from '../support/postgres.ts';
import { createTestWorker, until } from '../support/publisher-worker.ts';
import { createRelayRig, type RelayRig } from '../support/relay-rig.ts';
import { ScriptedPublisher, unavailable } from '../support/scripted-publisher.ts';
import { useTemporalDevServer } from '../support/temporal.ts';
import { useEmulator } from '../support/topic-with-queue.ts';

const temporal = useTemporalDevServer();
const postgres = usePostgres();
const aws = useEmulator();
const operator = { actor: 'ada', reason: 'a new read model' };
const ids = (id: string, from: number, to: number): string[] =>
  positioned(id, from, to).map(({ meta }) => meta.msgId);

async function withPublished(
  test: (rig: RelayRig) => Promise<void>,
  publisher?: ScriptedPublisher,
): Promise<void> {
  const rig = await createRelayRig(temporal.env, postgres.pool, {
    ordering: 'position',
    ...(publisher ? { publisher } : {}),
  });
  const worker = await rig.worker();
  await worker.runUntil(async () => {
    const messages = [...positioned('a', 1, 4), ...positioned('b', 1, 4), ...positioned('c', 1, 2)];
    await rig.store.append(messages);
    await rig.topic.publish(messages, { waitFor: 'published' });
    await test(rig);
  });
}

describe('republish', () => {
  it('sends what is stored once more, each aggregate in order, and says what it did', () =>
    withPublished(async (rig) => {
      const republish = await rig.topic.republish({ all: true }, operator);
      const status = await republish.result();
      expect(status).toMatchObject({
        state: 'done',
        read: 10,
        published: 10,
        refused: 0,
        refusals: [],
        operator,
        audience: 'all',
      });
      const again = rig.publisher.messages.slice(10);
      for (const [id, last] of [
        ['a', 4],
        ['b', 4],
        ['c', 2],
      ] as const) {
        const ofIt = again.filter((message) => message.id === id);
        expect(ofIt.map(({ meta }) => meta.msgId)).toEqual(ids(id, 1, last));
      }
      expect(await rig.topic.getRepublish(republish.republishId).status()).toEqual(status);
    }));

  it.each([
    [{ ids: ['b', 'c'] }, [...ids('b', 1, 4), ...ids('c', 1, 2)]],
    [{ ids: ['b', 'a'], fromPosition: 2, toPosition: 3 }, [...ids('b', 2, 3), ...ids('a', 2, 3)]],
    [{ all: true, fromPosition: 4 }, [...ids('a', 4, 4), ...ids('b', 4, 4)]],
    [{ ids: ['c'], eventTypes: ['NameChanged', 'Deleted'] }, ids('c', 1, 2)],
    [{ ids: ['c'], fromTime: '2020-01-01T00:00:00Z', toTime: '2099-01-01T00:00:00Z' }, ids('c', 1, 2)],
  ] as const)('of %j sends these only', (selection, expected) =>
    withPublished(async (rig) => {
      await (await rig.topic.republish(selection, operator)).result();
      expect(rig.publisher.published.slice(10).toSorted()).toEqual([...expected].toSorted());
    }),
  );

  it('of nothing says so, and sends nothing', () =>
    withPublished(async (rig) => {
      for (const selection of [{ ids: ['z'] }, { all: true, eventTypes: ['Deleted'] }] as const) {
        const republish = await rig.topic.republish(selection, operator);
        await expect(republish.result()).rejects.toMatchObject({
          code: 'REPUBLISH_REFUSED',
          message: expect.stringContaining('No stored event is selected'),
        });
      }
      expect(rig.publisher.attempts).toHaveLength(10);
    }));

  it('keeps its rate, can be cancelled, and leaves live events alone meanwhile', () =>
    withPublished(async (rig) => {
      const republish = await rig.topic.republish({ all: true }, { ...operator, rate: 2 });
      await until(() => rig.publisher.messages.length > 10);
      const live = positioned('a', 5, 6);
      await rig.store.append(live);
      await rig.topic.publish(live, { waitFor: 'published' });
      expect(rig.publisher.messages.length).toBeLessThan(18);
      const status = await republish.cancel();
      expect(status.state).toBe('cancelled');
      const sent = rig.publisher.messages.length;
      expect(status.published).toBe(sent - 12);
      await sleep(1_500);
      expect(rig.publisher.messages.length).toBe(sent);
      expect(await rig.topic.status('a')).toMatchObject({ published: 6, position: { watermark: 6 } });
    }));

  it('goes on after an outage where it was, and names what is refused', () => {
    let isDown = false;
    const publisher = new ScriptedPublisher((msgId) => {
      if (isDown && msgId === 'b-2') return unavailable;
      return undefined;
    });
    return withPublished(async (rig) => {
      isDown = true;
      publisher.refuse('a-3');
      const republish = await rig.topic.republish(
        { ids: ['a', 'b'] },
        { ...operator, audience: 'NewReadModel' },
      );
      await until(async () => (await republish.status()).state === 'failing');
      expect((await republish.status()).failure).toMatchObject({
        reason: expect.stringContaining('Try again'),
      });
      isDown = false;
      expect(await republish.result()).toMatchObject({
        published: 7,
        refused: 1,
        refusals: [{ id: 'a', msgId: 'a-3' }],
      });
      const again = publisher.messages.slice(10);
      expect(again.filter(({ id }) => id === 'b').map(({ meta }) => meta.msgId)).toEqual(ids('b', 1, 4));
    }, publisher);
  });

  it('says that it runs as soon as it is on its way again', () => {
    let isDown = false;
    const publisher = new ScriptedPublisher(() => (isDown ? unavailable : undefined));
    return withPublished(async (rig) => {
      isDown = true;
      const republish = await rig.topic.republish(
        { ids: ['a', 'b'] },
        { ...operator, audience: 'NewReadModel', rate: 1 },
      );
      await until(async () => (await republish.status()).state === 'failing');
      isDown = false;
      await until(async () => (await republish.status()).state === 'running');
      expect(await republish.cancel()).toMatchObject({ state: 'cancelled' });
    }, publisher);
  });

  it('is taken by SNS although it has each msgId already, and marked', async () => {
    const { topicArn, queueUrl } = aws.emulator.createTopicWithQueue({ fifo: true });
    const rig = await createRelayRig(temporal.env, postgres.pool, { ordering: 'position' });
    const publisher = new SnsFifoPublisher({ topicArn, client: aws.emulator.sns });
    const worker = await createTestWorker(
      temporal.env,
      { topic: rig.definition, publisher, eventLog: rig.store.eventLog },
      { taskQueue: rig.taskQueue },
    );
    await worker.runUntil(async () => {
      await rig.store.append(positioned('a', 1, 2));
      await rig.topic.publish(positioned('a', 1, 2), { waitFor: 'published' });
      await (await rig.topic.republish({ all: true }, { ...operator, audience: 'NewReadModel' })).result();
      const received = await aws.emulator.drain(queueUrl);
      expect(received.map(({ Body = '' }) => JSON.parse(Body).meta.msgId)).toEqual([
        'a-1',
        'a-2',
        'a-1',
        'a-2',
      ]);
      expect(
        received.map(({ MessageAttributes }) => MessageAttributes?.['republished']?.StringValue),
      ).toEqual([undefined, undefined, 'NewReadModel', 'NewReadModel']);
    });
  });
});

describe('a wrong republish is refused, and nothing is sent', () => {
  const topic = new EventTopic(Customer, { client: new FakeTemporal().client });

  it.each([
    [
      undefined,
      undefined,
      'selection is an object of options, not nothing; options is an object of options, not nothing',
    ],
    [{}, operator, 'selection has either ids or all: true'],
    [{ ids: ['a'], all: true }, operator, 'selection has either ids or all: true'],
    [{ ids: [] }, operator, 'selection.ids is an array of texts, at least one, not an array'],
    [
      { all: true, fromTime: '2026-02-01T00:00:00Z', toTime: '2026-01-01T00:00:00Z' },
      operator,
      'selection.fromTime is behind selection.toTime',
    ],
    [
      { all: true, fromPosition: 5, toPosition: 4 },
      operator,
      'selection.fromPosition is behind selection.toPosition',
    ],
    [
      { all: true, fromTime: 'yesterday', toPosition: 0 },
      operator,
      'selection.fromTime is an ISO time, not a text; selection.toPosition is a whole number from 1, not the number 0',
    ],
    [{ all: true }, { reason: 'x' }, 'options.actor and options.reason say who republishes, and why'],
    [
      { all: true },
      { ...operator, rate: 0 },
      'options.rate is a number of events per second from 0.1 to 10000, not the number 0',
    ],
    [{ all: true }, { ...operator, audience: 'a b' }, 'options.audience is 1 to 80 letters'],
    [{ al: true }, operator, 'selection.al is no option; did you mean selection.all?'],
  ])('%#', async (selection, options, fault) => {
    await expect(topic.republish(selection as never, options as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(fault),
    });
  });

  it('also when no worker serves the topic', async () => {
    const unserved = new EventTopic(customers('Unserved'), {
      client: temporal.env.client,
      taskQueue: 'unserved',
    });
    await expect(unserved.republish({ all: true }, operator)).rejects.toMatchObject({
      code: 'REPUBLISH_REFUSED',
    });
    await expect(unserved.getRepublish('none').status()).rejects.toMatchObject({
      code: 'REPUBLISH_NOT_FOUND',
    });
  }, 30_000);
});
