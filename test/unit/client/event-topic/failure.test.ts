import { describe, expect, it } from 'vitest';
import { EventTopic } from '../../../../src/client/event-topic.ts';
import type { PublishError } from '../../../../src/common/errors.ts';
import { FakeTemporal } from '../../../support/fake-temporal.ts';
import { Customer, customerMessage } from '../../../support/messages.ts';

const unavailable = new Error('Failed to signal', { cause: new Error('14 UNAVAILABLE: no connection') });

/** Temporal that does not take signals for `workflowId`. */
function temporalWithout(workflowId: string): FakeTemporal {
  const temporal = new FakeTemporal();
  temporal.answer = async (signal) => {
    if (signal.workflowId === workflowId) throw unavailable;
  };
  return temporal;
}

describe('when Temporal does not take the signal of one aggregate', () => {
  it('the error says which messages were accepted and which were not', async () => {
    const temporal = temporalWithout('event-topic/Customer/C-2');
    const topic = new EventTopic(Customer, { client: temporal.client });
    const call = topic.publish([
      customerMessage(1, { id: 'C-1' }),
      customerMessage(2, { id: 'C-2' }),
      customerMessage(3, { id: 'C-3' }),
      customerMessage(4, { id: 'C-2' }),
    ]);

    await expect(call).rejects.toMatchObject({
      code: 'PUBLISH_NOT_ACCEPTED',
      message:
        'Temporal did not accept all messages: 14 UNAVAILABLE: no connection' +
        ' [topic=Customer address=temporal:7233 accepted=2 notAccepted=2 aggregatesNotAccepted=1].' +
        ' Publish the same messages again when Temporal answers; their msgIds keep that safe',
      accepted: [
        { id: 'C-1', msgId: 'm-1' },
        { id: 'C-3', msgId: 'm-3' },
      ],
      notAccepted: [
        { id: 'C-2', msgId: 'm-2' },
        { id: 'C-2', msgId: 'm-4' },
      ],
      cause: unavailable,
    });
  });

  it('the part of a large call that was accepted before is accepted', async () => {
    const temporal = new FakeTemporal();
    temporal.answer = async () => {
      if (temporal.sent.length === 2) throw unavailable;
    };
    const topic = new EventTopic(Customer, { client: temporal.client });
    const messages = Array.from({ length: 502 }, (_, index) => customerMessage(index + 1));

    await expect(topic.publish(messages)).rejects.toMatchObject({
      accepted: messages.slice(0, 500).map(({ id, meta: { msgId } }) => ({ id, msgId })),
      notAccepted: [
        { id: 'C-1', msgId: 'm-501' },
        { id: 'C-1', msgId: 'm-502' },
      ],
    });
  });

  it('the error names every message also of a very large call', async () => {
    const temporal = temporalWithout('event-topic/Customer/C-1');
    const topic = new EventTopic(Customer, { client: temporal.client });
    const messages = Array.from({ length: 200_000 }, (_, index) => customerMessage(index));
    const error = await topic.publish(messages).catch((reason: unknown) => reason);
    const { notAccepted } = error as PublishError;

    expect(error).toMatchObject({ code: 'PUBLISH_NOT_ACCEPTED', accepted: [] });
    expect(notAccepted).toHaveLength(200_000);
    expect(notAccepted.at(-1)).toEqual({ id: 'C-1', msgId: 'm-199999' });
  });

  it('the same call may be made again and sends the same messages', async () => {
    const temporal = temporalWithout('event-topic/Customer/C-1');
    const topic = new EventTopic(Customer, { client: temporal.client });
    await expect(topic.publish([customerMessage(1)])).rejects.toMatchObject({ code: 'PUBLISH_NOT_ACCEPTED' });

    temporal.answer = async () => undefined;
    await topic.publish([customerMessage(1)]);

    expect(temporal.sentMsgIds).toEqual([['m-1'], ['m-1']]);
  });
});
