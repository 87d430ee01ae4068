/**
 * A collector as a Lambda function.
 *
 * @module
 */
export {
  createSqsEventHandler,
  type LambdaContext,
  type LambdaOptions,
  type SqsBatchResponse,
  type SqsEvent,
  type SqsEventHandlerOptions,
  type SqsRecord,
} from './sqs-event-handler.ts';
