import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { AWAIT_AGAIN_MS, MAX_AWAITED } from '../common/defaults.ts';
import { EventTopicError } from '../common/errors.ts';
import { AWAIT_PUBLISHED_UPDATE } from '../common/names.ts';
import type { AwaitedMessage, AwaitRequest, AwaitResult, Settled } from '../common/publisher-protocol.ts';
import { mayPass } from './execute-update.ts';

/** Somebody who waits for messages of one publisher. */
export interface Wait {
  /** Those that are settled so far; the call is over when there are as many as messages, or one is not published. */
  readonly settled: Map<string, Settled>;
  /** Rejects when nothing can be known. Never rejects because of a message. */
  readonly done: Promise<void>;
  /** Waits no longer. */
  stop(): void;
}

interface Waiting {
  readonly message: AwaitedMessage;
  readonly settle: (settled: Settled) => void;
  readonly reject: (error: unknown) => void;
}

/** Waits for messages of one publisher to be published: with one update at a time, whoever waits for whatever. */
export class ReceiptWaiter {
  readonly #client: Client;
  readonly #workflowId: string;
  readonly #waiting = new Set<Waiting>();
  #isAsking = false;

  constructor(client: Client, workflowId: string) {
    this.#client = client;
    this.#workflowId = workflowId;
  }

  /** Nobody waits, and no update is under way. */
  get isIdle(): boolean {
    return this.#waiting.size === 0 && !this.#isAsking;
  }

  wait(messages: readonly AwaitedMessage[]): Wait {
    const settled = new Map<string, Settled>();
    const mine = new Set<Waiting>();
    const done = new Promise<void>((resolve, reject) => {
      const settle = (message: Settled): void => {
        settled.set(message.msgId, message);
        if (settled.size === messages.length) resolve();
      };
      for (const message of messages) mine.add({ message, settle, reject });
      if (messages.length === 0) resolve();
    });
    for (const one of mine) this.#waiting.add(one);
    if (!this.#isAsking) void this.#ask();
    return { settled, done, stop: () => this.#remove(mine) };
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    while (this.#waiting.size > 0) {
      const asked = [...this.#waiting].slice(0, MAX_AWAITED);
      try {
        const { settled } = await this.#update(asked.map(({ message }) => message));
        this.#settle(asked, settled);
        if (settled.length === 0) await sleep(AWAIT_AGAIN_MS);
      } catch (error) {
        if (mayPass(error)) await sleep(AWAIT_AGAIN_MS);
        else await this.#fail(asked, error);
      }
    }
    this.#isAsking = false;
  }

  async #update(messages: readonly AwaitedMessage[]): Promise<AwaitResult> {
    const handle = this.#client.workflow.getHandle(this.#workflowId);
    const args: [AwaitRequest] = [{ messages }];
    return handle.executeUpdate<AwaitResult, [AwaitRequest]>(AWAIT_PUBLISHED_UPDATE, {
      args,
      updateId: randomUUID(),
    });
  }

  #settle(asked: readonly Waiting[], settled: readonly Settled[]): void {
    const byMessage = new Map(settled.map((one) => [keyOf(one), one]));
    for (const waiting of asked) {
      const one = byMessage.get(keyOf(waiting.message));
      if (one === undefined || !this.#waiting.delete(waiting)) continue;
      waiting.settle(one);
    }
  }

  /** A publisher that has closed by itself had nothing left to publish. */
  async #fail(asked: readonly Waiting[], error: unknown): Promise<void> {
    const hasClosed = error instanceof WorkflowNotFoundError && (await this.#hasCompleted());
    if (hasClosed) {
      const settled = asked.map(({ message }): Settled => ({ ...message, outcome: 'published' }));
      this.#settle(asked, settled);
      return;
    }
    for (const waiting of asked) {
      if (this.#waiting.delete(waiting)) waiting.reject(toError(error, this.#workflowId));
    }
  }

  async #hasCompleted(): Promise<boolean> {
    try {
      const { status } = await this.#client.workflow.getHandle(this.#workflowId).describe();
      return status.name === 'COMPLETED';
    } catch {
      return false;
    }
  }

  #remove(mine: ReadonlySet<Waiting>): void {
    for (const one of mine) this.#waiting.delete(one);
  }
}

function keyOf({ id, msgId }: AwaitedMessage): string {
  return JSON.stringify([id, msgId]);
}

function toError(error: unknown, workflowId: string): unknown {
  if (!(error instanceof WorkflowNotFoundError)) return error;
  return new EventTopicError('PUBLISHER_NOT_FOUND', 'The publisher was ended by somebody', {
    details: { workflowId },
    action: 'What it held is lost: publish the messages again',
    cause: error,
  });
}
