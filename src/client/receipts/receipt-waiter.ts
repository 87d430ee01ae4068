import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  isGrpcServiceError,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { AWAIT_AGAIN_MS, MAX_AWAITED } from '../../common/defaults.ts';
import { EventTopicError } from '../../common/errors.ts';
import { AWAIT_PUBLISHED_UPDATE } from '../../common/names.ts';
import type { AwaitedMessage, AwaitRequest, AwaitResult, Settled } from '../../common/protocol/receipts.ts';
import { diedAccepted, mayPass } from '../execute-update.ts';

export interface WaiterOptions {
  readonly client: Client;
  /** Names this client to publishers. */
  readonly waiter: string;
}

/** A publisher that is asked for receipts. */
export interface AskedPublisher {
  readonly workflowId: string;
  /** Called when nobody waits any more, and no update is under way. */
  readonly onIdle: () => void;
}

/** Somebody who waits for messages of one publisher. */
export interface Wait {
  /** Those that are settled so far, by msgId. */
  readonly settled: ReadonlyMap<string, Settled>;
  /** Resolves when all are settled, published or not. Rejects when nothing can be known. */
  readonly done: Promise<void>;
  /** Waits no longer. */
  stop(): void;
}

interface Waiting {
  readonly message: AwaitedMessage;
  readonly settle: (settled: Settled) => void;
  readonly reject: (error: unknown) => void;
}

/** The pause after an answer without receipts doubles up to this: whoever has waited long can wait a little longer. */
const LONGEST_PAUSE_MS = 5_000;

/**
 * Waits for messages of one publisher to be published: with one update at a time, whoever waits for whatever. Messages that
 * are published while it is under way join it through their signal.
 */
export class ReceiptWaiter {
  readonly #options: WaiterOptions;
  readonly #publisher: AskedPublisher;
  // Those that were asked for last come last.
  readonly #waiting = new Set<Waiting>();
  #isAsking = false;
  #call = new AbortController();
  #pause = new AbortController();

  constructor(options: WaiterOptions, publisher: AskedPublisher) {
    this.#options = options;
    this.#publisher = publisher;
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
    this.#pause.abort();
    if (!this.#isAsking) void this.#askAll();
    return { settled, done, stop: () => this.#remove(mine) };
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    let pauseMs = AWAIT_AGAIN_MS;
    while (this.#waiting.size > 0) {
      this.#pause = new AbortController();
      const hasAnswer = await this.#ask();
      const hasNewcomers = this.#pause.signal.aborted;
      if (hasAnswer || hasNewcomers || this.#waiting.size === 0) {
        pauseMs = AWAIT_AGAIN_MS;
        continue;
      }
      await sleep(pauseMs, undefined, { signal: this.#pause.signal }).catch(() => undefined);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
    this.#isAsking = false;
    this.#publisher.onIdle();
  }

  /** True when a message is settled. */
  async #ask(): Promise<boolean> {
    const asked = [...this.#waiting].slice(0, MAX_AWAITED);
    this.#call = new AbortController();
    try {
      const { settled } = await this.#update(asked.map(({ message }) => message));
      this.#settle(settled);
      this.#queueAgain(asked);
      return settled.length > 0;
    } catch (error) {
      // Others may have joined an update that had been accepted.
      const joined = diedAccepted(error) ? [...this.#waiting] : asked;
      if (!this.#call.signal.aborted) await this.#fail(joined, error);
      return false;
    }
  }

  #update(messages: readonly AwaitedMessage[]): Promise<AwaitResult> {
    const { client, waiter } = this.#options;
    const args: [AwaitRequest] = [{ waiter, messages }];
    return client.withAbortSignal(this.#call.signal, () =>
      this.#handle.executeUpdate<AwaitResult, [AwaitRequest]>(AWAIT_PUBLISHED_UPDATE, {
        args,
        updateId: randomUUID(),
      }),
    );
  }

  #settle(settled: readonly Settled[]): void {
    const byMessage = new Map(settled.map((one) => [keyOf(one), one]));
    for (const waiting of this.#waiting) {
      const one = byMessage.get(keyOf(waiting.message));
      if (one === undefined) continue;
      this.#waiting.delete(waiting);
      waiting.settle(one);
    }
  }

  /** The next update asks for others first, when there are more than it can ask for. */
  #queueAgain(asked: readonly Waiting[]): void {
    for (const waiting of asked) {
      if (this.#waiting.delete(waiting)) this.#waiting.add(waiting);
    }
  }

  async #fail(asked: readonly Waiting[], error: unknown): Promise<void> {
    const state = await this.#stateAfter(error);
    if (state === 'open') return;
    if (state === 'closed') {
      // A publisher that has closed by itself had nothing left to publish.
      this.#settle(asked.map(({ message }): Settled => ({ ...message, outcome: 'published' })));
      return;
    }
    const reason = state === 'ended' ? ended(this.#publisher.workflowId, error) : error;
    for (const waiting of asked) if (this.#waiting.delete(waiting)) waiting.reject(reason);
  }

  /** Open: it may be asked again. Ended: by somebody, who thereby lost what it held. */
  async #stateAfter(error: unknown): Promise<'open' | 'closed' | 'ended' | 'unknown'> {
    const hasDied = diedAccepted(error);
    if (!hasDied && isPassing(error)) return 'open';
    if (!hasDied && !(error instanceof WorkflowNotFoundError)) return 'unknown';
    try {
      const { status, runId, raw } = await this.#handle.describe();
      if (status.name !== 'RUNNING') return status.name === 'COMPLETED' ? 'closed' : 'ended';
      // It does not close while an update waits: one that has begun anew since is not the one that was asked.
      const isAnother = raw?.workflowExecutionInfo?.firstRunId === runId;
      return hasDied && isAnother ? 'ended' : 'open';
    } catch (reason) {
      return isPassing(reason) ? 'open' : 'ended';
    }
  }

  get #handle(): WorkflowHandle {
    return this.#options.client.workflow.getHandle(this.#publisher.workflowId);
  }

  #remove(mine: ReadonlySet<Waiting>): void {
    for (const one of mine) this.#waiting.delete(one);
    if (this.#waiting.size > 0) return;
    // A call that nobody needs must not outlive the connection.
    this.#call.abort();
    this.#pause.abort();
  }
}

function keyOf({ id, msgId }: AwaitedMessage): string {
  return JSON.stringify([id, msgId]);
}

// gRPC's UNAVAILABLE: Temporal restarts, or the network is down. Whoever waits says himself for how long.
const UNAVAILABLE = 14;

function isPassing(error: unknown): boolean {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return mayPass(error) || (isGrpcServiceError(cause) && cause.code === UNAVAILABLE);
}

function ended(workflowId: string, cause: unknown): EventTopicError {
  return new EventTopicError('PUBLISHER_NOT_FOUND', 'The publisher was ended by somebody', {
    details: { workflowId },
    action: 'What it held is lost: publish the messages again',
    cause,
  });
}
