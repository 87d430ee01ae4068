import type {
  PublishBatchCommand,
  PublishBatchCommandInput,
  PublishBatchCommandOutput,
} from '@aws-sdk/client-sns';
import { SnsFifoPublisher } from '../../../../src/activities/publishers/sns-fifo-publisher.ts';
import type { SnsPublisherOptions } from '../../../../src/activities/publishers/sns-topic.ts';

export const TOPIC_ARN = 'arn:aws:sns:us-east-1:000000000000:CustomerEventTopic.fifo';

export type Answer = Partial<Pick<PublishBatchCommandOutput, 'Successful' | 'Failed'>>;

/** What SNS does with a request: answers, or fails by throwing. */
export type Respond = (request: PublishBatchCommandInput, abort: AbortSignal) => Answer | Promise<Answer>;

/** The part of the SDK's client by which publishers send. Keeps the requests. */
export class FakeSns {
  readonly requests: PublishBatchCommandInput[] = [];
  readonly #respond: Respond;

  constructor(respond: Respond) {
    this.#respond = respond;
  }

  get client(): SnsPublisherOptions['client'] {
    const send = async (
      { input }: PublishBatchCommand,
      { abortSignal }: { abortSignal: AbortSignal },
    ): Promise<Answer> => {
      this.requests.push(input);
      return this.#respond(input, abortSignal);
    };
    return { send } as unknown as SnsPublisherOptions['client'];
  }

  publisher(options: Partial<SnsPublisherOptions> = {}): SnsFifoPublisher {
    return new SnsFifoPublisher({ topicArn: TOPIC_ARN, client: this.client, ...options });
  }
}

/** SNS that takes everything: the message ids are `sns-<entry id>`. */
export const takesAll: Respond = ({ PublishBatchRequestEntries: entries = [] }) => ({
  Successful: entries.map(({ Id }) => ({ Id, MessageId: `sns-${Id}`, SequenceNumber: `1${Id}` })),
});
