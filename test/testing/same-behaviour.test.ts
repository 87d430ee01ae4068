// The in-memory EventTopic and the real one on a Temporal server, by the same tests.
import { beforeEach, describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import type { EventTopic } from '../../src/client/event-topic.ts';
import { isEventTopicError } from '../../src/common/errors.ts';
import { InMemoryEventTopic } from '../../src/testing/in-memory/in-memory-event-topic.ts';
import { Customer, customers, positioned, renamed, renames } from '../support/customer.ts';
import { type RigOptions, until, withWorker } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

type CustomerTopic = EventTopic<typeof Customer.event>;
type Test = (topic: CustomerTopic, publisher: InMemoryPublisher) => Promise<void>;
type Run = (test: Test, options?: RigOptions) => Promise<void>;

const operator = { actor: 'ada', reason: 'a test' };
let topics = 0;

/** A topic of its own for each test: the number of partitions belongs to the name. */
function ownTopic(spec: Parameters<typeof customers>[1] = {}): RigOptions {
  topics += 1;
  return { definition: customers(`Same${topics}`, spec), settings: { gapTimeoutMs: 500, lingerMs: 60_000 } };
}

describe.each(['InMemoryEventTopic', 'EventTopic on Temporal'])('%s', (kind) => {
  const temporal = kind === 'InMemoryEventTopic' ? undefined : useTemporalDevServer();
  let run: Run;
  let publisher: InMemoryPublisher;

  beforeEach(() => {
    publisher = new InMemoryPublisher();
    run = temporal
      ? (test, options) => withWorker(temporal.env, publisher, ({ topic }) => test(topic, publisher), options)
      : async (test, { definition = Customer, settings = {}, target = {} } = {}) => {
          const { eventLog } = target;
          const options = { publisher, settings, ...(eventLog ? { eventLog } : {}) };
          await test(new InMemoryEventTopic(definition, options), publisher);
        };
  });

  const publishedOf = (id: string): string[] =>
    publisher.messages.filter((message) => message.id === id).map(({ meta }) => meta.msgId);

  it('publishes each aggregate in the order of the calls, once, and says so on the status', async () => {
    await run(async (topic) => {
      await Promise.all(
        [...renames('a', 1, 20), ...renames('b', 1, 5)].map((event) => topic.publish([event])),
      );
      await topic.publish(renames('a', 15, 22));
      await publisher.spy.count(27);
      expect(publishedOf('a')).toEqual(renames('a', 1, 22).map(({ meta }) => meta.msgId));
      expect(await topic.status('a')).toMatchObject({
        topic: 'Customer',
        id: 'a',
        state: 'idle',
        open: true,
        accepted: 22,
        published: 22,
        duplicates: 6,
        pending: 0,
      });
    });
  });

  it('answers with receipts in the order of the messages, also for messages that are published already', async () => {
    await run(async (topic) => {
      const messages = [renamed('c', 'c-1'), renamed('d', 'd-1'), renamed('c', 'c-2')];
      const receipts = await topic.publish(messages, { waitFor: 'published' });
      expect(receipts).toMatchObject([
        { id: 'c', msgId: 'c-1', snsMessageId: expect.stringMatching(/^memory-/) },
        { id: 'd', msgId: 'd-1' },
        { id: 'c', msgId: 'c-2' },
      ]);
      expect(await topic.publish(messages, { waitFor: 'published' })).toEqual(receipts);
    });
  });

  it('counts a repeated msgId with another content as a conflict', async () => {
    await run(async (topic) => {
      await topic.publish([renamed('e', 'e-1')]);
      await topic.publish([{ ...renamed('e', 'e-1'), event: { type: 'NameChanged', name: 'other' } }]);
      await publisher.spy.published('e-1');
      expect(await topic.status('e')).toMatchObject({
        duplicates: 1,
        conflicts: 1,
        lastConflict: { msgId: 'e-1' },
      });
    });
  });

  it('refuses invalid messages as a whole', async () => {
    await run(async (topic) => {
      const invalid = { ...renamed('f', 'f-2'), event: { type: 'NameChanged', name: 1 } } as never;
      await expect(topic.publish([renamed('f', 'f-1'), invalid])).rejects.toMatchObject({
        code: 'INVALID_MESSAGES',
        faults: [{ index: 1, msgId: 'f-2', path: 'event.name' }],
      });
      expect(await topic.status('f')).toEqual({ topic: 'Customer', id: 'f', state: 'unknown' });
    });
  });

  it.each([
    ['a publisher for each aggregate', {}],
    ['partitions', { partitions: 2 }],
  ])('parks one aggregate, lists it, and goes on after a retry, with %s', async (_with, spec) => {
    await run(async (topic) => {
      publisher.refuse('g-2', { code: 'InvalidParameter', reason: 'not good' });
      await topic.publish([...renames('g', 1, 3), ...renames('h', 1, 3)]);
      await publisher.spy.count(4);
      await until(async () => (await topic.status('g')).state === 'parked');
      expect(await topic.status('g')).toMatchObject({ pending: 2, next: 'g-2' });
      await until(async () => (await topic.parked()).length === 1);
      expect(await topic.parked()).toMatchObject([
        { topic: topic.topic.name, id: 'g', msgId: 'g-2', code: 'InvalidParameter', reason: 'not good' },
      ]);
      await expect(
        topic.publish(renames('g', 4, 4), { waitFor: 'published', timeout: 3_000 }),
      ).rejects.toMatchObject({
        code: 'PUBLISH_PARKED',
        parked: [{ id: 'g', msgId: 'g-4', parked: { msgId: 'g-2' } }],
      });
      publisher.cure('g-2');
      expect(await topic.retry('g', operator)).toMatchObject({ pending: 3 });
      await publisher.spy.published('g-4');
      expect(publishedOf('g')).toEqual(['g-1', 'g-2', 'g-3', 'g-4']);
      await until(async () => (await topic.parked()).length === 0);
      expect(await topic.status('g')).toMatchObject({
        operations: [{ operation: 'retry', ...operator, msgId: 'g-2' }],
      });
    }, ownTopic(spec));
  });

  it('skips and replaces what is parked', async () => {
    await run(async (topic) => {
      publisher.refuse('i-1');
      publisher.refuse('j-1');
      await topic.publish([...renames('i', 1, 2), ...renames('j', 1, 2)]);
      await until(async () => (await topic.status('i')).state === 'parked');
      await until(async () => (await topic.status('j')).state === 'parked');
      await topic.skip('i', operator);
      publisher.cure('j-1');
      const message = { ...renamed('j', 'j-1'), event: { type: 'NameChanged', name: 'corrected' } } as const;
      await topic.replace('j', { ...operator, message });
      await publisher.spy.published('j-2');
      await publisher.spy.published('i-2');
      expect(publishedOf('i')).toEqual(['i-2']);
      expect((await publisher.spy.published('j-1')).event).toEqual({
        type: 'NameChanged',
        name: 'corrected',
      });
    });
  });

  it('pauses and resumes an aggregate', async () => {
    await run(async (topic) => {
      expect(await topic.pause('k', operator)).toMatchObject({ state: 'paused' });
      await topic.publish([...renames('k', 1, 2), ...renames('l', 1, 1)]);
      await publisher.spy.published('l-1');
      expect(await topic.status('k')).toMatchObject({ state: 'paused', pending: 2, paused: operator });
      await topic.resume('k', operator);
      await publisher.spy.published('k-2');
    });
  });

  it('refuses operations that do not apply with the same errors', async () => {
    await run(async (topic) => {
      await topic.publish(renames('m', 1, 1), { waitFor: 'published' });
      const errorOf = async (promise: Promise<unknown>): Promise<unknown> => {
        const error = await promise.catch((thrown: unknown) => thrown);
        return isEventTopicError(error) ? [error.code, error.message] : error;
      };
      expect(await errorOf(topic.retry('m', operator))).toEqual([
        'OPERATION_REFUSED',
        'No event of this aggregate is parked [topic=Customer id=m]. Look at status(id) first',
      ]);
      expect(await errorOf(topic.resume('m', operator))).toEqual([
        'OPERATION_REFUSED',
        'The aggregate is not paused [topic=Customer id=m]. Look at status(id) first',
      ]);
      expect(await errorOf(topic.skip('never', operator))).toEqual([
        'PUBLISHER_NOT_FOUND',
        expect.stringContaining('No publisher is open'),
      ]);
    });
  });

  it('says on the status what SNS does not take, and goes on by itself', async () => {
    await run(async (topic) => {
      publisher.startOutage({ code: 'Throttled', reason: 'Rate exceeded' });
      await topic.publish(renames('n', 1, 2));
      await publisher.spy.failed('n-1');
      await until(async () => 'retrying' in (await topic.status('n')));
      expect(await topic.status('n')).toMatchObject({
        state: 'publishing',
        next: 'n-1',
        retrying: { attempts: expect.any(Number), reason: expect.stringContaining('Rate exceeded') },
      });
      publisher.endOutage();
      await publisher.spy.published('n-2');
      expect(publishedOf('n')).toEqual(['n-1', 'n-2']);
    });
  });

  it('publishes a stream', async () => {
    await run(async (topic) => {
      const stream = Array.from({ length: 300 }, (_, n) => renamed(`s${n % 7}`, `s-${n}`));
      expect(await topic.publishJsonStream(stream)).toEqual({ accepted: 300 });
      await publisher.spy.count(300);
      for (const id of ['s0', 's6'])
        expect(publishedOf(id)).toEqual(stream.filter((one) => one.id === id).map(({ meta }) => meta.msgId));
    });
  });

  it.each([
    ['a publisher for each aggregate', undefined],
    ['partitions', 2],
  ])(
    'orders by position, asks the EventLog for what is missing, and parks at a gap, with %s',
    async (_with, partitions) => {
      const stored = positioned('p', 1, 5);
      const eventLog = {
        async *readStream(id: string, from: number) {
          if (id === 'p') yield* stored.filter(({ position = 0 }) => position >= from);
        },
      };
      const spec = { ordering: 'position', ...(partitions ? { partitions } : {}) } as const;
      const order = { ...ownTopic(spec), target: { eventLog } };
      await run(async (topic) => {
        const [first, second, , , fifth] = stored;
        if (first && second && fifth) {
          await topic.publish([second]);
          await topic.publish([first]);
          await topic.publish([fifth]);
        }
        await publisher.spy.published('p-5');
        expect(publishedOf('p')).toEqual(['p-1', 'p-2', 'p-3', 'p-4', 'p-5']);
        await topic.publish([...positioned('q', 1, 1), ...positioned('q', 3, 3)]);
        await until(async () => (await topic.status('q')).state === 'parked');
        expect(await topic.status('q')).toMatchObject({
          parked: {
            msgId: 'q-3',
            code: 'Gap',
            reason: expect.stringContaining('Position 2 of the stream is missing'),
          },
          position: { watermark: 1, early: 1, missing: { from: 2, to: 2 } },
        });
        await topic.publish(positioned('q', 2, 2));
        await publisher.spy.published('q-3');
        expect(publishedOf('q')).toEqual(['q-1', 'q-2', 'q-3']);
      }, order);
    },
  );

  it('holds a backlog that is larger than a publisher may keep in memory', async () => {
    await run(async (topic) => {
      publisher.startOutage();
      const large = Array.from({ length: 60 }, (_, n) => ({
        ...renamed('big', `big-${n}`),
        event: { type: 'NameChanged' as const, name: 'x'.repeat(20_000) },
      }));
      await topic.publish(large);
      await publisher.spy.failed('big-0');
      publisher.endOutage();
      await publisher.spy.count(60, { timeout: 20_000 });
      expect(publishedOf('big')).toEqual(large.map(({ meta }) => meta.msgId));
    }, ownTopic());
  });
});
