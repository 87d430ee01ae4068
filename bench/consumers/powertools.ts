import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { StartConsumer } from './index.ts';
import { messageIn, startSqsConsumers } from './sqs-consumer.ts';

/** Powertools for AWS Lambda, its processor for FIFO queues: this process is both, Lambda's poller and the function. */
export const start: StartConsumer = (consuming) => {
  const handle = async ({ body }: { readonly body: string }): Promise<void> => {
    const { id, event } = messageIn(body);
    consuming.handled(id, event.number);
  };
  return startSqsConsumers(
    consuming,
    async (messages) => {
      const event = { Records: messages.map(toRecord) };
      // It keeps state of its batch, and batches overlap here, as in Lambda only those of different processes do.
      const processor = new SqsFifoPartialProcessorAsync();
      const { batchItemFailures } = await processPartialResponse(event, handle, processor, {
        skipGroupOnError: true,
      });
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      return messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
    },
    { withAttributes: true },
  );
};

/** As Lambda hands messages to a function. */
function toRecord(message: Message) {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MessageAttributes = {} } = message;
  const attributes = Object.entries(MessageAttributes).map(([name, value]) => [name, toAttribute(value)]);
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:bench.fifo',
    awsRegion: 'us-east-1',
  };
}

function toAttribute({ DataType = 'String', StringValue = '' }: MessageAttributeValue) {
  return { stringValue: StringValue, dataType: DataType, stringListValues: [], binaryListValues: [] };
}
