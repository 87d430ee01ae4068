import type { DeleteMessageBatchCommandOutput, SQSClient } from '@aws-sdk/client-sqs';
import { nowMs } from '../clock.ts';
import { usageOfThisProcess } from '../usage.ts';

/** What a consumer did with a queue. */
export interface Consumed {
  /** From the first receive until the last message was deleted. */
  readonly ms: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  readonly handled: number;
  readonly aggregates: number;
  /** Handled, but not as the next one of its aggregate. */
  readonly outOfOrder: number;
  /** Receives and deletes. */
  readonly requests: number;
}

const TIMEOUT_MS = 120_000;

/** Watches a consumer at both of its ends, which are the same for all: what its client asks of SQS, and its handler. */
export class Consumption {
  readonly #last = new Map<string, number>();
  readonly #messages: number;
  #started: { readonly at: number; readonly cpuSeconds: number } | undefined;
  #handled = 0;
  #outOfOrder = 0;
  #deleted = 0;
  #requests = 0;
  #allDeleted: () => void = () => {};

  /** `messages`: how many there are. */
  constructor(client: SQSClient, messages: number) {
    this.#messages = messages;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          this.#started ??= commandName === 'ReceiveMessageCommand' ? startOf() : undefined;
          this.#requests += 1;
          const answer = await next(args);
          if (commandName === 'DeleteMessageBatchCommand')
            this.#isDeleted(answer.output as DeleteMessageBatchCommandOutput);
          return answer;
        },
      { step: 'initialize' },
    );
  }

  readonly handled = (id: string, number: number): void => {
    this.#handled += 1;
    if (number !== (this.#last.get(id) ?? 0) + 1) this.#outOfOrder += 1;
    this.#last.set(id, number);
  };

  /** Resolves when all messages are deleted. */
  async untilDeleted(): Promise<Consumed> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`${this.#deleted} of ${this.#messages} messages were deleted in ${TIMEOUT_MS} ms`));
      }, TIMEOUT_MS);
      this.#allDeleted = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    const { at: startedAt, cpuSeconds: before } = this.#started ?? startOf();
    const ms = nowMs() - startedAt;
    const { cpuSeconds, peakRssMb } = usageOfThisProcess();
    return {
      ms,
      cpuSeconds: cpuSeconds - before,
      peakRssMb,
      handled: this.#handled,
      aggregates: this.#last.size,
      outOfOrder: this.#outOfOrder,
      requests: this.#requests,
    };
  }

  #isDeleted({ Successful = [] }: DeleteMessageBatchCommandOutput): void {
    this.#deleted += Successful.length;
    if (this.#deleted >= this.#messages) this.#allDeleted();
  }
}

function startOf() {
  return { at: nowMs(), cpuSeconds: usageOfThisProcess().cpuSeconds };
}
