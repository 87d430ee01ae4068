// The function of examples/collector-lambda, on an emulated queue and table. Lambda itself cannot be had: what stands for its event source reads the queue, and deletes what the function does not report.
import { CreateTableCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { inboxTable } from 'temporal-event-topic/collector/dynamodb';
import type { SqsBatchResponse, SqsEvent, SqsRecord } from 'temporal-event-topic/collector/lambda';
import { describe, expect, it } from 'vitest';
import { type Subscribed, useCollectorRig } from '../collector/collector-rig.ts';
import { useDynamoDb } from '../support/dynamodb.ts';
import { customerMessage } from '../support/messages.ts';

type Handler = (
  event: SqsEvent,
  context: { getRemainingTimeInMillis(): number },
) => Promise<SqsBatchResponse>;

describe('a read model as a Lambda function', () => {
  const context = useCollectorRig();
  const dynamoDb = useDynamoDb();

  it('has each event once, in order, whatever comes again', async () => {
    const { client, endpoint } = dynamoDb;
    const handler = await loadHandler(client, endpoint);
    const queue = context.rig.subscribe();
    const names = ['Ada', 'Ada L.', 'Ada Lovelace'];
    for (const [index, name] of names.entries()) {
      const event = index === 0 ? { type: 'Created', name } : { type: 'NameChanged', name };
      const message = { ...customerMessage(index + 1, { id: 'ada', position: index + 1 }), event };
      await queue.publish('Customer', message, event.type);
      // Published twice: the first one is enough.
      await queue.publish('Customer', message, event.type);
    }
    await drain(queue, handler);

    const { Items = [] } = await client.send(new ScanCommand({ TableName: 'customers' }));
    expect(Items.map((item) => unmarshall(item))).toEqual([{ id: 'ada', name: 'Ada Lovelace' }]);
    expect(await context.rig.depth(queue.queueUrl)).toEqual({ visible: 0, lent: 0 });
  });

  async function drain({ queueUrl }: Subscribed, handler: Handler): Promise<void> {
    const { sqs } = context.rig;
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) return;
      const { batchItemFailures } = await handler(
        { Records: Messages.map(toRecord) },
        { getRemainingTimeInMillis: () => 30_000 },
      );
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { MessageId = '', ReceiptHandle } of Messages)
        if (!failed.has(MessageId))
          await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    }
  }
});

async function loadHandler(client: DynamoDBClient, endpoint: string): Promise<Handler> {
  await client.send(new CreateTableCommand(inboxTable('inbox')));
  await client.send(
    new CreateTableCommand({
      TableName: 'customers',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  );
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = endpoint;
  const { handler } = await import('../../examples/collector-lambda/handler.ts');
  return handler;
}

/** As Lambda gives it. */
function toRecord({
  MessageId = '',
  Body = '',
  Attributes = {},
  MessageAttributes = {},
}: Message): SqsRecord {
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [
    name,
    { stringValue: StringValue },
  ]);
  return {
    messageId: MessageId,
    body: Body,
    attributes: { ApproximateReceiveCount: '1', ...Attributes },
    messageAttributes: Object.fromEntries(attributes),
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:CustomerReadModelEventCollector.fifo',
  };
}
