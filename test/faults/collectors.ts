import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

const RECEIVERS = 2;
/** Between two receives, so that one brings messages of several aggregates. */
const PAUSE_MS = 75;

/** Reads one queue and keeps what it gets, in the order of receipt. */
export class Collector {
  readonly name: string;
  readonly #queueUrl: string;
  readonly #sqs: SQSClient;
  readonly #stop = new AbortController();
  #receiving: readonly Promise<void>[] = [];
  /** Bodies by `<topic>/<aggregate id>`. */
  readonly received = new Map<string, string[]>();
  /** Why it stopped before it was told to. */
  readonly errors: string[] = [];
  #count = 0;

  constructor(name: string, queueUrl: string, endpoint: string) {
    this.name = name;
    this.#queueUrl = queueUrl;
    this.#sqs = new SQSClient({ endpoint });
  }

  /** Messages received so far. */
  get count(): number {
    return this.#count;
  }

  /** Several receivers at once: the queue hands out the next message of a group when the one before is deleted. */
  start(): void {
    this.#receiving = Array.from({ length: RECEIVERS }, () =>
      this.#receive().catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.errors.push(`${this.name}: ${error}`);
      }),
    );
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#receiving);
    this.#sqs.destroy();
  }

  async #receive(): Promise<void> {
    const { signal: abortSignal } = this.#stop;
    while (!abortSignal.aborted) {
      const receive = new ReceiveMessageCommand({
        QueueUrl: this.#queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ['aggregate'],
      });
      const { Messages = [] } = await this.#sqs.send(receive, { abortSignal });
      for (const message of Messages) this.#keep(message);
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      if (Entries.length === 0) continue;
      await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries }));
      await sleep(PAUSE_MS);
    }
  }

  // Raw delivery: the body is the message, the attributes are those that SNS got.
  #keep({ Body = '', MessageAttributes }: Message): void {
    const { id } = JSON.parse(Body) as { id: string };
    const aggregate = `${MessageAttributes?.['aggregate']?.StringValue}/${id}`;
    this.received.set(aggregate, [...(this.received.get(aggregate) ?? []), Body]);
    this.#count += 1;
  }
}
