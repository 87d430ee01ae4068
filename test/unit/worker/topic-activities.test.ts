import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../../src/activities/publishers/in-memory-publisher.ts';
import type { PublishEventsResult, ReadStreamResult } from '../../../src/common/protocol/activities.ts';
import { defineEventTopic } from '../../../src/event-topic.ts';
import { EventTopicPlugin } from '../../../src/plugin.ts';
import { type TopicPublisher, topicActivities } from '../../../src/worker/topic-activities.ts';
import { activityEnvironment } from '../../support/activity-environment.ts';
import { Customer, customerEntry } from '../../support/messages.ts';
import { refused } from '../../support/scripted-publisher.ts';
import { FakeQueue } from '../activities/dead-letters/fake-queue.ts';
import { FakePublisher, inputOf } from '../activities/publish-events/activity.ts';
import { FakeEventLog, missing, stored } from '../activities/read-stream/activity.ts';

const publisher = new InMemoryPublisher();

describe('the activities of a worker', () => {
  it('are registered under the name that histories hold', () => {
    expect(Object.keys(topicActivities([{ topic: 'Customer', publisher }]))).toEqual([
      'eventTopicPublishEvents',
      'eventTopicReadStream',
      'eventTopicOpenRelay',
      'eventTopicRelayEvents',
      'eventTopicVerifyEvents',
      'eventTopicRepublishEvents',
    ]);
  });

  it.each<[string, TopicPublisher['topic']]>([
    ['its name', 'Customer'],
    ['its definition', Customer],
  ])('publish a topic that is given by %s', async (_how, topic) => {
    const memory = new InMemoryPublisher();
    const activities = topicActivities([
      { topic: 'Order', publisher: new InMemoryPublisher() },
      { topic, publisher: memory },
    ]);
    const entry = customerEntry(1);
    const input = { topic: 'Customer', aggregates: [{ id: 'C-1', entries: [entry] }] };
    await activityEnvironment().run(activities.eventTopicPublishEvents, input);

    expect(memory.messages).toEqual([entry.message]);
  });

  it('let events of one aggregate share a batch only in topics that say so', async () => {
    const [together, alone, byDefault] = [new FakePublisher(), new FakePublisher(), new FakePublisher()];
    const { eventTopicPublishEvents } = topicActivities([
      { topic: Customer, publisher: together, sameAggregateBatching: true },
      { topic: 'Order', publisher: alone, sameAggregateBatching: false },
      { topic: 'Invoice', publisher: byDefault },
    ]);
    for (const topic of ['Customer', 'Order', 'Invoice']) {
      await activityEnvironment().run(eventTopicPublishEvents, { ...inputOf({ 'C-1': [1, 2] }), topic });
    }

    expect(together.batches).toEqual([['m-1', 'm-2']]);
    expect(alone.batches).toEqual([['m-1'], ['m-2']]);
    expect(byDefault.batches).toEqual([['m-1'], ['m-2']]);
  });

  it('let them share one where the publisher says so, unless the topic says otherwise', async () => {
    const [standard, alone] = [new FakePublisher(), new FakePublisher()];
    for (const publisher of [standard, alone]) publisher.sameAggregateBatching = true;
    const { eventTopicPublishEvents } = topicActivities([
      { topic: Customer, publisher: standard },
      { topic: 'Order', publisher: alone, sameAggregateBatching: false },
    ]);
    for (const topic of ['Customer', 'Order']) {
      await activityEnvironment().run(eventTopicPublishEvents, { ...inputOf({ 'C-1': [1, 2] }), topic });
    }

    expect(standard.batches).toEqual([['m-1', 'm-2']]);
    expect(alone.batches).toEqual([['m-1'], ['m-2']]);
  });
});

describe('an event that is refused', () => {
  const run = async (topic: TopicPublisher) => {
    const { eventTopicPublishEvents } = topicActivities([topic]);
    const result: PublishEventsResult = await activityEnvironment().run(
      eventTopicPublishEvents,
      inputOf({ 'C-1': [1, 1] }),
    );
    return result.outcomes;
  };
  const refusing = new FakePublisher();
  refusing.answer = () => refused;
  const { code, reason } = refused;

  it.each<TopicPublisher>([
    { topic: 'Customer', publisher: refusing },
    { topic: 'Customer', publisher: refusing, onRefused: 'park' },
  ])('parks, unless its topic says otherwise: $onRefused', async (topic) => {
    expect(await run(topic)).toEqual([{ receipts: [], failure: refused }]);
  });

  it('goes to the dead letter queue of its topic when that says so', async () => {
    const deadLetterQueue = new FakeQueue();
    const topic: TopicPublisher = {
      topic: 'Customer',
      publisher: refusing,
      onRefused: 'deadLetter',
      deadLetterQueue,
    };

    expect(await run(topic)).toEqual([{ receipts: [{ msgId: 'm-1', deadLetter: { code, reason } }] }]);
    expect(deadLetterQueue.asked).toEqual(['m-1']);
  });
});

describe('the missing events of a stream', () => {
  const read = async (topic: TopicPublisher) => {
    const { eventTopicReadStream } = topicActivities([topic, { topic: 'Order', publisher }]);
    const result: ReadStreamResult = await activityEnvironment().run(eventTopicReadStream, missing(1, 1));
    return result;
  };

  it.each<[string, TopicPublisher['topic'], eventType: string]>([
    ['the default rule, when only the name is known', 'Customer', 'NameChanged'],
    ['the definition', Customer, 'NameChanged'],
    ["the definition's own rule", defineEventTopic({ ...Customer, eventType: () => 'Changed' }), 'Changed'],
  ])('are read from the EventLog of the topic, their type is made by %s', async (_what, topic, eventType) => {
    const eventLog = new FakeEventLog(stored(1, 1));

    expect(await read({ topic, publisher, eventLog })).toEqual({
      asked: true,
      entries: [{ message: stored(1, 1)[0], eventType }],
    });
  });

  it('are not read when the topic has no EventLog', async () => {
    expect(await read({ topic: 'Customer', publisher })).toEqual({ asked: false, entries: [] });
  });
});

describe('the topics of a worker', () => {
  const rule = 'is no topic name: 1 to 241 letters, digits, "-" or "_", as in "Customer"';
  const action = "Give one { topic: 'Customer', publisher } per EventTopic";

  it.each<[string, readonly TopicPublisher[], string]>([
    ['none', [], 'there is no topic'],
    ['one without a name', [{ topic: '', publisher }], `"" ${rule}`],
    [
      'one whose name no topic can have',
      [{ topic: 'Customer Order', publisher }],
      `"Customer Order" ${rule}`,
    ],
    [
      'one whose definition has such a name',
      [{ topic: { name: 'Customer\n.fifo' }, publisher }],
      `"Customer\\n.fifo" ${rule}`,
    ],
    ['one whose name is too long', [{ topic: 'a'.repeat(242), publisher }], `"${'a'.repeat(242)}" ${rule}`],
    [
      'one twice',
      [
        { topic: 'Customer', publisher },
        { topic: Customer, publisher },
      ],
      'the topic Customer is there more than once',
    ],
    [
      'one without a publisher',
      [{ topic: 'Customer' } as TopicPublisher],
      'Customer: there is no publisher that takes at least one event',
    ],
    [
      'one whose publisher takes nothing',
      [{ topic: 'Customer', publisher: Object.assign(new FakePublisher(), { maxBatchEntries: 0 }) }],
      'Customer: there is no publisher that takes at least one event',
    ],
    [
      'one whose refused events have no dead letter queue',
      [{ topic: 'Customer', publisher, onRefused: 'deadLetter' } as unknown as TopicPublisher],
      "Customer: onRefused is 'deadLetter', and there is no deadLetterQueue",
    ],
    [
      'one with a dead letter queue that nothing goes to',
      [undefined, 'park'].map(
        (onRefused, index) =>
          ({ topic: `T${index}`, publisher, onRefused, deadLetterQueue: new FakeQueue() }) as TopicPublisher,
      ),
      "T0: there is a deadLetterQueue, and onRefused is not 'deadLetter';" +
        " T1: there is a deadLetterQueue, and onRefused is not 'deadLetter'",
    ],
    [
      'one that does something else with refused events',
      [{ topic: 'Customer', publisher, onRefused: 'drop' } as unknown as TopicPublisher],
      "Customer: onRefused is 'park' or 'deadLetter'",
    ],
    [
      'several faults',
      ['', 'Order', 'Order', 'a.b', 'Customer', 'Customer'].map((topic) => ({ topic, publisher })),
      `"" ${rule}; "a.b" ${rule}; the topic Order is there more than once; the topic Customer is there more than once`,
    ],
  ])('are refused when there is %s', (_what, topics, faults) => {
    const error = expect.objectContaining({
      code: 'INVALID_WORKER',
      message: `The worker's topics are wrong: ${faults}. ${action}`,
    });

    expect(() => topicActivities(topics)).toThrow(error);
    expect(() => new EventTopicPlugin({ topics })).toThrow(error);
  });
});

it('what becomes of refused events does not compile half said', () => {
  const [topic, deadLetterQueue] = ['Customer', new FakeQueue()];
  const topics: readonly TopicPublisher[] = [
    { topic, publisher, onRefused: 'deadLetter', deadLetterQueue },
    // @ts-expect-error the queue is missing
    { topic, publisher, onRefused: 'deadLetter' },
    // @ts-expect-error nothing says to use the queue
    { topic, publisher, deadLetterQueue },
    // @ts-expect-error it parks
    { topic, publisher, onRefused: 'park', deadLetterQueue },
    // @ts-expect-error no such policy
    { topic, publisher, onRefused: 'drop' },
  ];

  expect(topics).toHaveLength(5);
});
