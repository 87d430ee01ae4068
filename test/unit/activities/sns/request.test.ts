import { expect, it } from 'vitest';
import { SnsPublisher } from '../../../../src/activities/publishers/sns-publisher.ts';
import { toWireMessage } from '../../../../src/common/wire-format.ts';
import { customerEntry } from '../../../support/messages.ts';
import { FakeSns, TOPIC_ARN, takesAll } from './fake-sns.ts';

const never = new AbortController().signal;

it('a request has one entry per event: body and attributes of the wire format, group and deduplication ids', async () => {
  const sns = new FakeSns(takesAll);
  const entries = [customerEntry(1, { position: 4 }), customerEntry(2, { id: 'Zoë Müller' })];
  await sns.publisher().publish('Customer', entries, never);

  const [first, second] = entries.map((entry) => toWireMessage('Customer', entry).body);
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  expect(sns.requests).toEqual([
    {
      TopicArn: TOPIC_ARN,
      PublishBatchRequestEntries: [
        {
          Id: '0',
          Message: first,
          MessageAttributes: {
            aggregate: text('Customer'),
            eventType: text('NameChanged'),
            service: text('crm'),
            correlationId: text('m-1'),
            position: { DataType: 'Number', StringValue: '4' },
          },
          MessageGroupId: 'C-1',
          MessageDeduplicationId: 'm-1',
        },
        {
          Id: '1',
          Message: second,
          MessageAttributes: {
            aggregate: text('Customer'),
            eventType: text('NameChanged'),
            service: text('crm'),
            correlationId: text('m-2'),
          },
          MessageGroupId: 'd6e575a6b527db9e45a51c573d75afe99aaad340cb9bebddadc5772538def82c',
          MessageDeduplicationId: 'm-2',
        },
      ],
    },
  ]);
});

it('a standard topic gets no group and no deduplication id', async () => {
  const sns = new FakeSns(takesAll);
  const topicArn = TOPIC_ARN.replace('.fifo', '');
  await new SnsPublisher({ topicArn, client: sns.client }).publish('Customer', [customerEntry(1)], never);

  const [entry] = sns.requests[0]?.PublishBatchRequestEntries ?? [];
  expect(entry).toMatchObject({ Id: '0' });
  expect(entry).not.toHaveProperty('MessageGroupId');
  expect(entry).not.toHaveProperty('MessageDeduplicationId');
});
