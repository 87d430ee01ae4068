import { randomUUID } from 'node:crypto';
import { GetQueueAttributesCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { SQS_BATCH } from '../../common/defaults.ts';
import { reasonOf } from '../logger.ts';
import { refuseCollector } from '../refuse-collector.ts';
import type { ReceivedMessage } from '../sqs/received-message.ts';
import { SqsQueue } from '../sqs/sqs-queue.ts';
import { Visibility } from '../sqs/visibility.ts';
import { bySequenceNumber, type LentLetter, toLentLetter } from './dead-letter.ts';
import { toolFailed } from './tool-failed.ts';

/**
 * For how long letters are hidden, and extended for as long as they are here. After a crash nobody gets them for that long: far below the five minutes in which SQS drops what is sent a second time.
 */
const LENT_SECONDS = 60;
/** Asks all of SQS's servers. A receive that finds nothing for that long has seen the end. */
const WAIT_SECONDS = 2;

/** The letters that a redrive has received: hidden from others, and kept so until they are deleted or given back. */
export class DeadLetterQueue {
  readonly url: string;
  readonly #client: Pick<SQSClient, 'send'>;
  readonly #queue: SqsQueue;
  readonly #visibility: Visibility;
  /** By message id, in the order in which they came. */
  readonly #lent = new Map<string, ReceivedMessage>();

  constructor(client: Pick<SQSClient, 'send'>, url: string) {
    this.url = url;
    this.#client = client;
    this.#queue = new SqsQueue(client, url);
    this.#visibility = new Visibility(this.#queue, LENT_SECONDS);
  }

  /** Throws `INVALID_COLLECTOR` when the queue cannot be read. */
  async check(): Promise<void> {
    try {
      await this.#queue.facts();
    } catch (error) {
      refuseCollector(
        'The dead-letter queue',
        [`SQS does not tell its attributes: ${reasonOf(error)}`],
        this.url,
      );
    }
  }

  /** Those of an aggregate in order. None: the queue is empty, or all of it is lent. */
  async receive(): Promise<readonly LentLetter[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.url,
      MaxNumberOfMessages: SQS_BATCH,
      WaitTimeSeconds: WAIT_SECONDS,
      VisibilityTimeout: LENT_SECONDS,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['MessageGroupId', 'SequenceNumber', 'SentTimestamp'],
      // When an answer is lost, the SDK asks for the same messages again instead of the next ones.
      ReceiveRequestAttemptId: randomUUID(),
    });
    const letters = (await this.#ask(command)).map(toLentLetter).sort(bySequenceNumber);
    for (const { receipt } of letters) {
      const earlier = this.#lent.get(receipt.messageId);
      if (earlier) this.#forget(earlier);
      this.#lent.set(receipt.messageId, receipt);
    }
    this.#visibility.add(letters.map(({ receipt }) => receipt));
    return letters;
  }

  /** Whether nobody else gets it for that long. */
  lasts({ receipt }: LentLetter, ms: number): Promise<boolean> {
    return this.#visibility.lasts(receipt, ms);
  }

  /** Rejects when it is still there. */
  async delete({ receipt }: LentLetter): Promise<void> {
    const left = await this.#queue.delete([receipt]);
    if (left.length > 0) throw new Error('SQS did not delete it');
    this.#forget(receipt);
  }

  /** They come again at once, in their order. What SQS is not told comes again by itself, only later. */
  async giveBack(letters: readonly LentLetter[]): Promise<void> {
    await this.#release(letters.map(({ receipt }) => receipt));
  }

  async giveAllBack(): Promise<void> {
    await this.#release([...this.#lent.values()]);
  }

  /** About how many letters are in the queue, hidden ones as well; undefined when SQS does not tell. */
  async size(): Promise<number | undefined> {
    const AttributeNames = [
      'ApproximateNumberOfMessages' as const,
      'ApproximateNumberOfMessagesNotVisible' as const,
    ];
    try {
      const { Attributes } = await this.#client.send(
        new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames }),
      );
      return AttributeNames.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
    } catch {
      return undefined;
    }
  }

  async #ask(command: ReceiveMessageCommand) {
    try {
      const { Messages = [] } = await this.#client.send(command);
      return Messages;
    } catch (error) {
      throw toolFailed(`The dead-letter queue cannot be received from: ${reasonOf(error)}`, {
        details: { deadLetterQueueUrl: this.url },
        action: 'Redrive again: what was redriven is no longer there, and the rest is',
        cause: error,
      });
    }
  }

  async #release(receipts: readonly ReceivedMessage[]): Promise<void> {
    for (const receipt of receipts) this.#forget(receipt);
    for (let at = 0; at < receipts.length; at += SQS_BATCH)
      await this.#queue.hide(receipts.slice(at, at + SQS_BATCH), 0).catch(() => undefined);
  }

  #forget(receipt: ReceivedMessage): void {
    this.#lent.delete(receipt.messageId);
    this.#visibility.remove([receipt]);
  }
}
