import { setTimeout as sleep } from 'node:timers/promises';

/** What became of one message of a batch. */
export interface Outcome {
  /** Why it was not taken. Undefined: it was. */
  readonly error?: Error;
  /** Whether it makes sense to send it again. */
  readonly mayRetry?: boolean;
}

/** Sends messages of different aggregates in one request; says what became of each, in their order. Rejects when nothing is known of any. */
export type SendBatch<Message> = (messages: readonly Message[]) => Promise<readonly Outcome[]>;

export interface BatchLimits {
  readonly entriesPerBatch: number;
  /** Requests at the same time. */
  readonly inFlight: number;
  /** How often a message is sent before its aggregate is given up. */
  readonly attempts: number;
  /** Milliseconds before a message is sent for the second time; doubles each time. */
  readonly backoffMs: number;
}

interface Waiting<Message> {
  readonly message: Message;
  attempts: number;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Messages on their way in batches, each aggregate's in order. A batch has at most one message of an aggregate: SNS answers for each entry, and when it refuses
 * one and takes a later one of the same aggregate, order is lost for good. So an aggregate's next message waits until the one before is taken.
 */
export class Batches<Message extends { readonly id: string }> {
  readonly #send: SendBatch<Message>;
  readonly #limits: BatchLimits;
  /** By aggregate; the first of each may be under way. */
  readonly #lanes = new Map<string, Waiting<Message>[]>();
  /** Aggregates of which something waits and nothing is under way. */
  #ready: string[] = [];
  #inFlight = 0;
  #isPlanned = false;

  constructor(send: SendBatch<Message>, limits: BatchLimits) {
    this.#send = send;
    this.#limits = limits;
  }

  /** Resolves when it is taken. Rejects when it, or one before it of its aggregate, cannot be sent: to go on, publish from there. */
  publish(message: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = { message, attempts: 0, resolve, reject };
      const lane = this.#lanes.get(message.id);
      if (lane) lane.push(waiting);
      else {
        this.#lanes.set(message.id, [waiting]);
        this.#makeReady(message.id);
      }
    });
  }

  #makeReady(id: string): void {
    this.#ready.push(id);
    this.#plan();
  }

  /** Not at once: callers that are told of a batch are about to bring their next messages. */
  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#fill();
    });
  }

  /** What is not full leaves too, while a request is free: waiting for more only costs time. */
  #fill(): void {
    const { inFlight, entriesPerBatch } = this.#limits;
    while (this.#inFlight < inFlight && this.#ready.length > 0) {
      void this.#sendNext(this.#ready.splice(0, entriesPerBatch));
    }
  }

  async #sendNext(ids: readonly string[]): Promise<void> {
    this.#inFlight += 1;
    const messages = ids.flatMap((id) => this.#lanes.get(id)?.[0]?.message ?? []);
    const outcomes = await this.#send(messages).catch((error: Error) =>
      messages.map((): Outcome => ({ error, mayRetry: true })),
    );
    this.#inFlight -= 1;
    for (const [index, id] of ids.entries()) this.#settle(id, outcomes[index] ?? {});
    this.#plan();
  }

  #settle(id: string, { error, mayRetry = false }: Outcome): void {
    const lane = this.#lanes.get(id) ?? [];
    const [first] = lane;
    if (!first) return;
    first.attempts += 1;
    if (error && mayRetry && first.attempts < this.#limits.attempts)
      return void this.#later(id, first.attempts);
    if (error) {
      this.#lanes.delete(id);
      for (const { reject } of lane) reject(error);
      return;
    }
    lane.shift();
    if (lane.length > 0) this.#makeReady(id);
    else this.#lanes.delete(id);
    first.resolve();
  }

  async #later(id: string, attempts: number): Promise<void> {
    await sleep(this.#limits.backoffMs * 2 ** (attempts - 1));
    this.#makeReady(id);
  }
}
