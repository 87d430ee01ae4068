import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../../src/activities/publishers/in-memory-publisher.ts';
import { EventTopicPlugin } from '../../../src/plugin.ts';
import { type TopicPublisher, topicActivities } from '../../../src/worker/topic-activities.ts';
import { activityEnvironment } from '../../support/activity-environment.ts';
import { Customer, customerEntry } from '../../support/messages.ts';
import { FakePublisher, inputOf } from '../activities/publish-events/activity.ts';

const publisher = new InMemoryPublisher();

describe('the activities of a worker', () => {
  it('are registered under the name that histories hold', () => {
    expect(Object.keys(topicActivities([{ topic: 'Customer', publisher }]))).toEqual([
      'eventTopicPublishEvents',
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
