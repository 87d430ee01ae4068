import { WorkflowNotFoundError } from '@temporalio/client';
import { expect, it } from 'vitest';
import { EventTopic } from '../../../../src/client/event-topic.ts';
import { PACING } from '../../../../src/common/defaults.ts';
import { FakeTemporal, type RunDescription } from '../../../support/fake-temporal.ts';
import { Customer, customerMessage } from '../../../support/messages.ts';

/** More calls, one after the other, than an aggregate may make without a look at its publisher's history. */
const MANY = PACING.signals + 1;

/** A topic, and the workflow ids whose runs Temporal was asked to describe: it answers these, the last one for ever. */
function topicWith(...descriptions: readonly (RunDescription | Error)[]) {
  const temporal = new FakeTemporal();
  const looked: string[] = [];
  temporal.describe = async (workflowId) => {
    const description = descriptions[Math.min(looked.length, descriptions.length - 1)];
    looked.push(workflowId);
    if (description === undefined || description instanceof Error) throw description;
    return description;
  };
  const topic = new EventTopic(Customer, { client: temporal.client });
  const publish = async (from: number, to: number, id = 'C-1'): Promise<void> => {
    for (let number = from; number <= to; number += 1) await topic.publish([customerMessage(number, { id })]);
  };
  return { temporal, looked, publish };
}

const short = { status: { name: 'RUNNING' }, historyLength: 10, historySize: 1_000 };
const long = { ...short, historyLength: PACING.easyEvents + 1 };
const heavy = { ...short, historySize: PACING.easyBytes + 1 };

it('a caller of many calls looks at the history of that publisher, and goes on while it is short', async () => {
  const { temporal, looked, publish } = topicWith(short);
  await publish(1, MANY - 1);
  expect(looked).toEqual([]);
  await publish(MANY, MANY);

  expect(looked).toEqual(['event-topic/Customer/C-1']);
  expect(temporal.sent).toHaveLength(MANY);
});

it('a caller of few calls never does, however many aggregates there are', async () => {
  const { looked, publish } = topicWith(short);
  for (const id of ['C-1', 'C-2', 'C-3', 'C-4']) await publish(1, MANY - 1, id);

  expect(looked).toEqual([]);
});

it.each([
  ['many events', long],
  ['many bytes', heavy],
])(
  'a caller of many calls waits while the history has %s; nothing is lost or reordered',
  async (_what, description) => {
    const { temporal, looked, publish } = topicWith(description, description, short);
    await publish(1, MANY);

    expect(looked).toHaveLength(3);
    expect(temporal.sentMsgIds.flat()).toEqual(Array.from({ length: MANY }, (_, index) => `m-${index + 1}`));
  },
);

it.each([
  ['has closed', { ...long, status: { name: 'COMPLETED' } }],
  ['is gone', new WorkflowNotFoundError('no such workflow', 'event-topic/Customer/C-1', undefined)],
])(
  'a caller of many calls goes on when the publisher %s: the next signal starts another one',
  async (_what, answer) => {
    const { temporal, looked, publish } = topicWith(answer);
    await publish(1, MANY);

    expect(looked).toHaveLength(1);
    expect(temporal.sent).toHaveLength(MANY);
  },
);

it('a history that cannot be read is an error of that call, whose message is not sent', async () => {
  const unavailable = new Error('14 UNAVAILABLE');
  const { temporal, publish } = topicWith(unavailable);

  await expect(publish(1, MANY)).rejects.toMatchObject({
    code: 'PUBLISH_NOT_ACCEPTED',
    notAccepted: [{ id: 'C-1', msgId: `m-${MANY}` }],
    cause: unavailable,
  });
  expect(temporal.sent).toHaveLength(MANY - 1);
});
