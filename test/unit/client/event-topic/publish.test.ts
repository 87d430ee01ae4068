import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../../../src/client/event-topic.ts';
import { FakeTemporal } from '../../../support/fake-temporal.ts';
import { Customer, customerMessage, customerMeta } from '../../../support/messages.ts';

function setup(): { readonly temporal: FakeTemporal; readonly topic: EventTopic<typeof Customer.event> } {
  const temporal = new FakeTemporal();
  return { temporal, topic: new EventTopic(Customer, { client: temporal.client }) };
}

describe('publish', () => {
  it("signals the aggregate's publisher, and starts it when it is not there", async () => {
    const { temporal, topic } = setup();
    const message = customerMessage(1);
    await topic.publish([message]);

    expect(temporal.sent).toEqual([
      {
        workflowType: 'eventTopicPublisher',
        workflowId: 'event-topic/Customer/C-1',
        taskQueue: 'event-topic',
        args: [{ topic: 'Customer', id: 'C-1' }],
        signal: 'eventTopicPublish',
        signalArgs: [{ entries: [{ message, eventType: 'NameChanged', handedOverAt: expect.any(Number) }] }],
        staticSummary: 'Publishes the events of Customer C-1',
      },
    ]);
  });

  it('sends one signal per aggregate, with its messages in the order of the array', async () => {
    const { temporal, topic } = setup();
    await topic.publish([
      customerMessage(1, { id: 'C-1' }),
      customerMessage(2, { id: 'C-2' }),
      customerMessage(3, { id: 'C-1' }),
      customerMessage(4, { id: 'C-3' }),
      customerMessage(5, { id: 'C-2' }),
    ]);

    expect(temporal.sent.map(({ workflowId }) => workflowId)).toEqual([
      'event-topic/Customer/C-1',
      'event-topic/Customer/C-2',
      'event-topic/Customer/C-3',
    ]);
    expect(temporal.sentMsgIds).toEqual([['m-1', 'm-3'], ['m-2', 'm-5'], ['m-4']]);
  });

  it('sends nothing for no messages', async () => {
    const { temporal, topic } = setup();
    await topic.publish([]);

    expect(temporal.sent).toEqual([]);
  });

  it('sends nothing when one of the messages is faulty, and says what is wrong', async () => {
    const { temporal, topic } = setup();
    const call = topic.publish([customerMessage(1), customerMessage(2, { id: '' })]);

    await expect(call).rejects.toMatchObject({
      code: 'INVALID_MESSAGES',
      message:
        'Messages refused, none was sent: #1 (msgId m-2) id: must not be empty [topic=Customer faults=1].' +
        ' Correct the messages and publish the whole call again',
      faults: [{ index: 1, msgId: 'm-2', path: 'id', reason: 'must not be empty' }],
    });
    expect(temporal.sent).toEqual([]);
  });

  it('takes ids that Temporal or SNS would not take as they are', async () => {
    const { temporal, topic } = setup();
    await topic.publish([
      customerMessage(1, { id: 'x'.repeat(5_000) }),
      customerMessage(2, { id: 'Zoë 😀' }),
    ]);

    expect(temporal.sent.map(({ workflowId, args: [{ id }] }) => ({ workflowId, id }))).toEqual([
      {
        workflowId: 'event-topic/Customer/c59d3c0480cc2d71d8f646e735e92da65450311eec46e81a5db8c7e6e8a92054',
        id: 'x'.repeat(5_000),
      },
      { workflowId: 'event-topic/Customer/Zoë 😀', id: 'Zoë 😀' },
    ]);
  });
});

describe('the summary of the publisher', () => {
  const PREFIX = 'Publishes the events of Customer ';

  it.each([
    ['whole', 67],
    ['cut to 100 characters', 68],
    ['cut to 100 characters', 5_000],
  ])('is %s for an aggregate id of %d characters, which itself is sent whole', async (_how, length) => {
    const { temporal, topic } = setup();
    const id = 'x'.repeat(length);
    await topic.publish([customerMessage(1, { id })]);
    const [signal] = temporal.sent;

    expect(signal?.staticSummary).toBe(PREFIX + 'x'.repeat(67));
    expect(signal?.staticSummary).toHaveLength(100);
    expect(signal?.args[0].id).toBe(id);
  });
});

describe('publishJson', () => {
  it('publishes one event as the EventLog stores it', async () => {
    const { temporal, topic } = setup();
    const meta = customerMeta('m-1');
    await topic.publishJson('C-1', meta, { type: 'Deleted' });

    expect(temporal.sent[0]?.signalArgs).toEqual([
      {
        entries: [
          {
            message: { id: 'C-1', meta, event: { type: 'Deleted' } },
            eventType: 'Deleted',
            handedOverAt: expect.any(Number),
          },
        ],
      },
    ]);
  });

  it('refuses an event that is none of the topic', async () => {
    const { temporal, topic } = setup();

    await expect(topic.publishJson('C-1', customerMeta('m-1'), { type: 'Nope' })).rejects.toMatchObject({
      code: 'INVALID_MESSAGES',
      faults: [{ path: 'event.type' }],
    });
    expect(temporal.sent).toEqual([]);
  });
});
