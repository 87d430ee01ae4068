// What is wrong is said at once, by whoever can know it, and nothing is published.
import { describe, expect, it } from 'vitest';
import { EventLogRelay } from '../../src/event-log/event-log-relay.ts';
import { PostgresEventLog } from '../../src/event-log/postgres/index.ts';
import { customers, positioned } from '../support/customer.ts';
import { usePostgres } from '../support/postgres.ts';
import { createTestWorker, until } from '../support/publisher-worker.ts';
import { createRelayRig, type RelayRig } from '../support/relay-rig.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const temporal = useTemporalDevServer();
const postgres = usePostgres();
const Positions = customers('Positions', { ordering: 'position' });
const client = { workflow: {} } as never;

describe('an EventLogRelay', () => {
  it.each([
    [Positions, undefined, 'the argument is an object of options, not nothing'],
    [undefined, { client, mode: 'tail' }, 'topic is what defineEventTopic() returns, not nothing'],
    [
      Positions,
      {},
      "client is missing: it is a Client of @temporalio/client; mode is 'sweep' or 'tail', not nothing",
    ],
    [Positions, { client, mode: 'tale' }, "mode is 'sweep' or 'tail', not a text"],
    [customers('Arrival'), { client, mode: 'sweep' }, "a sweep is for topics with ordering: 'position'"],
    [Positions, { client, mode: 'tail', pageEvent: 5 }, 'pageEvent is no option; did you mean pageEvents?'],
    [
      Positions,
      { client, mode: 'tail', pageEvents: 0, graceMs: -1, everyMs: '1s', taskQueue: '' },
      'taskQueue is a text that is not empty, not an empty text; everyMs is a number from 1 to 9007199254740991, not a text; graceMs is a number from 0 to 9007199254740991, not the number -1; pageEvents is a number from 1 to 10000',
    ],
  ])('%#', (topic, options, fault) => {
    expect(() => new EventLogRelay(topic as never, options as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_RELAY', message: expect.stringContaining(fault) }),
    );
  });

  it.each([
    ['start', { from: 'now' }, "from is 'beginning', 'end' or { checkpoint }, not a text"],
    ['start', { form: 'end' }, 'form is no option; did you mean from?'],
    ['start', { resume: false }, 'resume: false needs `from`'],
    ['verify', { from: 'yesterday' }, 'from is an ISO time, not a text'],
    ['verify', { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 'from is after to'],
  ] as const)('%s(%j)', async (method, options, fault) => {
    const relay = new EventLogRelay(Positions, { client, mode: 'sweep' });
    await expect(relay[method](options as never)).rejects.toMatchObject({
      code: 'INVALID_RELAY',
      message: expect.stringContaining(fault),
    });
  });
});

describe('start', () => {
  async function refused(rig: RelayRig, from: unknown, fault: string): Promise<void> {
    await rig.store.append(positioned('a', 1, 1));
    const relay = rig.relay({ mode: 'tail' });
    await expect(relay.start({ from } as never)).rejects.toMatchObject({
      code: 'RELAY_REFUSED',
      message: expect.stringContaining(fault),
    });
    await expect(relay.status()).rejects.toMatchObject({ code: 'RELAY_NOT_FOUND' });
    expect(rig.publisher.attempts).toEqual([]);
  }

  it('says that no worker takes tasks', async () => {
    const rig = await createRelayRig(temporal.env, postgres.pool);
    await refused(rig, 'end', 'No worker takes activities of the task queue');
  }, 30_000);

  it('says that the worker does not have the topic, or the topic no EventLog', async () => {
    const rig = await createRelayRig(temporal.env, postgres.pool);
    const other = await createTestWorker(temporal.env, rig.publisher, { taskQueue: rig.taskQueue });
    await other.runUntil(refused(rig, 'end', 'This worker does not publish the EventTopic'));
    const without = await createTestWorker(
      temporal.env,
      { topic: rig.definition, publisher: rig.publisher },
      { taskQueue: rig.taskQueue },
    );
    await without.runUntil(refusedAgain(rig, 'has no EventLog for the EventTopic'));
  });

  async function refusedAgain(rig: RelayRig, fault: string): Promise<void> {
    const relay = rig.relay({ mode: 'tail' });
    await expect(relay.start({ from: 'end' })).rejects.toMatchObject({
      message: expect.stringContaining(fault),
    });
    await expect(relay.verify()).rejects.toMatchObject({
      code: 'RELAY_REFUSED',
      message: expect.stringContaining(fault),
    });
  }

  it('says that the table is missing', async () => {
    const rig = await createRelayRig(temporal.env, postgres.pool);
    const worker = await rig.worker(new PostgresEventLog({ pool: postgres.pool, table: 'nowhere' }));
    await worker.runUntil(refused(rig, 'beginning', 'the database has no table nowhere'));
  });

  it('says that the checkpoint is of another EventLog', async () => {
    const rig = await createRelayRig(temporal.env, postgres.pool);
    const worker = await rig.worker();
    await worker.runUntil(
      refused(rig, { checkpoint: 'kurrent/77' }, 'The checkpoint is of another EventLog'),
    );
  });

  it('asks where to begin, the first time', async () => {
    const rig = await createRelayRig(temporal.env, postgres.pool);
    const worker = await rig.worker();
    await worker.runUntil(refused(rig, undefined, 'The topic has had no relay'));
  });

  it('refuses a second relay of the topic with other settings, and finds one with the same', async () => {
    const rig = await createRelayRig(temporal.env, postgres.pool, { ordering: 'position' });
    const worker = await rig.worker();
    await worker.runUntil(async () => {
      const relay = rig.relay({ mode: 'tail' });
      const [first, second] = await Promise.all([
        relay.start({ from: 'beginning' }),
        relay.start({ from: 'beginning' }),
      ]);
      expect(second.totals).toEqual(first.totals);
      await expect(rig.relay({ mode: 'sweep' }).start()).rejects.toMatchObject({
        code: 'RELAY_REFUSED',
        message: expect.stringContaining("The topic's relay runs with other settings"),
      });
      await relay.stop();
      expect(await rig.relay({ mode: 'sweep' }).start()).toMatchObject({ mode: 'sweep', state: 'running' });
      await relay.stop();
    });
  });
});

describe('a stored event', () => {
  it('that the schema refuses parks its aggregate with the reason; others go on, and replace() cures it', async () => {
    const rig = await createRelayRig(temporal.env, postgres.pool, { ordering: 'position' });
    const worker = await rig.worker();
    await worker.runUntil(async () => {
      const [good, bad, later] = positioned('a', 1, 3);
      if (!good || !bad || !later) throw new Error('three');
      await rig.store.append([
        good,
        { ...bad, event: { type: 'NameChanged', name: 7 } },
        later,
        ...positioned('b', 1, 2),
      ]);
      const relay = rig.relay({ mode: 'tail' });
      await relay.start({ from: 'beginning' });
      await until(() => rig.publisher.published.length === 3);
      await until(async () => (await rig.topic.status('a')).state === 'parked');
      expect(await rig.topic.status('a')).toMatchObject({
        parked: { msgId: 'a-2', code: 'InvalidMessage', reason: expect.stringContaining('event.name:') },
      });
      expect(rig.publisher.publishedOf('b')).toEqual(['b-1', 'b-2']);
      expect(await relay.stop()).toMatchObject({ totals: { read: 5, published: 5, refused: 1 } });
      await rig.topic.replace('a', { actor: 'ada', reason: 'typo', message: bad });
      await until(() => rig.publisher.publishedOf('a').length === 3);
      expect(rig.publisher.publishedOf('a')).toEqual(['a-1', 'a-2', 'a-3']);
    });
  });

  it('of no aggregate stops the relay there, which says so and goes on when it is corrected', async () => {
    const rig = await createRelayRig(temporal.env, postgres.pool);
    let isBroken = true;
    const eventLog = new PostgresEventLog({
      pool: postgres.pool,
      table: rig.store.table,
      toMessage: (row) => {
        const { id, meta, event, position } = row as never;
        return {
          ...(isBroken && position === '2' ? {} : { id }),
          meta,
          event,
          position: Number(position),
        } as never;
      },
    });
    const worker = await rig.worker(eventLog);
    await worker.runUntil(async () => {
      await rig.store.append(positioned('a', 1, 3));
      // One page has all of them: what stands before it is published.
      const relay = rig.relay({ mode: 'tail' });
      await relay.start({ from: 'beginning' });
      await until(async () => (await relay.status()).state === 'failing');
      expect(await relay.status()).toMatchObject({
        failure: {
          reason: expect.stringContaining('The EventLog gave a message that belongs to no aggregate: id:'),
        },
      });
      expect(rig.publisher.published).toEqual(['a-1']);
      isBroken = false;
      await relay.stop();
      await relay.start();
      await until(() => rig.publisher.published.length === 3);
      await relay.stop();
    });
  });

  it.each([
    ['a position that is missing', [1, 3], { code: 'Gap' }],
    ['a position twice', [1, 1], { code: 'PositionConflict' }],
  ] as const)('behind %s: its aggregate parks there, others go on', async (_, [first, second], parked) => {
    const rig = await createRelayRig(temporal.env, postgres.pool, { ordering: 'position' });
    const numbered = (id: string, position: number, msgId: string) => {
      const [message] = positioned(id, position, position);
      if (!message) throw new Error('one');
      return { ...message, meta: { ...message.meta, msgId } };
    };
    const stored = [numbered('a', first, 'x'), numbered('a', second, 'y'), ...positioned('b', 1, 2)];
    const eventLog = {
      async *readStream() {},
      async *readAll(after: string | undefined) {
        for (const [index, message] of stored.entries()) {
          const checkpoint = `memory/${index}`;
          if (after === undefined || checkpoint > after)
            yield { checkpoint, storedAt: message.meta.time, message };
        }
      },
    };
    const worker = await rig.worker(eventLog);
    await worker.runUntil(async () => {
      const relay = rig.relay({ mode: 'tail', settings: { gapTimeoutMs: 300 } });
      await relay.start({ from: 'beginning' });
      await until(async () => (await rig.topic.status('a')).state === 'parked');
      expect(await rig.topic.status('a')).toMatchObject({ parked });
      expect(rig.publisher.publishedOf('b')).toEqual(['b-1', 'b-2']);
      await relay.stop();
    });
  });
});
