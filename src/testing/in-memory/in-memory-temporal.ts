import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { Changes } from '../../client/changes.ts';
import {
  AWAIT_PUBLISHED_UPDATE,
  PARKED_WORKFLOW,
  PAUSE_UPDATE,
  REPLACE_UPDATE,
  RESUME_UPDATE,
  RETRY_UPDATE,
  SKIP_UPDATE,
} from '../../common/names.ts';
import type { OperationName, OperationRequest } from '../../common/protocol/operate.ts';
import type { ParkedMemo } from '../../common/protocol/parked.ts';
import type { PublisherInput, PublishRequest } from '../../common/protocol/publish.ts';
import type { AwaitRequest, AwaitResult } from '../../common/protocol/receipts.ts';
import type { PublisherStatus } from '../../common/protocol/status.ts';
import type { InMemoryTarget } from './in-memory-activities.ts';
import { InMemoryRun } from './in-memory-run.ts';
import type { TestClock } from './test-clock.ts';

const OPERATIONS: Readonly<Record<string, OperationName>> = {
  [RETRY_UPDATE]: 'retry',
  [SKIP_UPDATE]: 'skip',
  [REPLACE_UPDATE]: 'replace',
  [PAUSE_UPDATE]: 'pause',
  [RESUME_UPDATE]: 'resume',
};

/** The publishers of one topic, in this process, behind the part of Temporal's client that an EventTopic calls. */
export class InMemoryTemporal {
  readonly clock: TestClock;
  readonly #target: InMemoryTarget;
  readonly #changes = new Changes();
  readonly #runs = new Map<string, InMemoryRun>();
  // Workflows that only record something, by id.
  readonly #memos = new Map<string, unknown>();
  #abortSignal: AbortSignal | undefined;

  constructor(target: InMemoryTarget, clock: TestClock) {
    this.#target = target;
    this.clock = clock;
  }

  get client(): Client {
    const workflow = {
      signalWithStart: async (_type: string, options: SignalWithStart) => this.#signal(options),
      getHandle: (workflowId: string) => this.#handle(workflowId),
      start: async (_type: string, { workflowId, memo }: Start) => this.#memos.set(workflowId, memo),
      list: ({ query }: { readonly query: string }) => this.#list(query),
    };
    const withAbortSignal = <Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result> =>
      this.#withAbortSignal(signal, call);
    return { workflow, withAbortSignal, connection: {}, options: {} } as unknown as Client;
  }

  /** Lets time pass at once, and everything happen that is due by then. */
  tick(ms: number): Promise<void> {
    return this.clock.advance(ms, () => this.#quiet());
  }

  /** Resolves when nothing happens any more but by time, or by somebody's call. */
  async #quiet(): Promise<void> {
    await nextTurn();
    while ([...this.#runs.values()].some(({ isBusy }) => isBusy)) await this.#changes.next();
    await nextTurn();
  }

  /** Calls begin within the function, before it first waits. */
  async #withAbortSignal<Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result> {
    this.#abortSignal = signal;
    const result = call();
    this.#abortSignal = undefined;
    const answer = await result;
    signal.throwIfAborted();
    return answer;
  }

  #signal({ workflowId, args: [input], signalArgs: [request] }: SignalWithStart): void {
    let run = this.#runs.get(workflowId);
    if (!run?.isOpen) {
      run = new InMemoryRun(input, { target: this.#target, clock: this.clock, changes: this.#changes });
      this.#runs.set(workflowId, run);
    }
    run.accept(request);
  }

  #handle(workflowId: string): Handle {
    return {
      describe: async () => {
        // What a test has seen published is settled when it looks.
        await nextTurn();
        return this.#describe(workflowId);
      },
      query: async (_query, id) => this.#run(workflowId).status(id),
      executeUpdate: async (update, { args: [request] }) => this.#update(workflowId, update, request),
    };
  }

  #describe(workflowId: string): object {
    if (this.#memos.has(workflowId))
      return { status: { name: 'RUNNING' }, memo: this.#memos.get(workflowId) };
    const { isOpen, retrying } = this.#run(workflowId);
    const pending = retrying && {
      attempt: retrying.attempt,
      lastFailure: {
        message: `Publishing fails for now: ${retrying.failure.code} ${retrying.failure.reason}`,
      },
    };
    return {
      status: { name: isOpen ? 'RUNNING' : 'COMPLETED' },
      historyLength: 1,
      historySize: 1,
      raw: { pendingActivities: pending ? [pending] : [] },
    };
  }

  async #update(
    workflowId: string,
    update: string,
    request: OperationRequest | AwaitRequest,
  ): Promise<PublisherStatus | AwaitResult> {
    const signal = this.#abortSignal;
    const run = this.#run(workflowId);
    if (!run.isOpen) throw notFound(workflowId);
    if (update === AWAIT_PUBLISHED_UPDATE)
      return { settled: await run.settled(request as AwaitRequest, signal) };
    const operation = OPERATIONS[update];
    if (operation === undefined) throw new TypeError(`The publisher has no update ${update}`);
    return run.operate(operation, request as OperationRequest);
  }

  /** The topic's own publishers are not listed: they all have the layout of its definition. */
  async *#list(query: string): AsyncGenerator<{ readonly memo: ParkedMemo }> {
    if (!query.includes(PARKED_WORKFLOW)) return;
    for (const [publisher, run] of this.#runs) {
      for (const [id, event] of run.parked)
        yield { memo: { eventTopicParked: { topic: this.#target.topic, id, ...event, publisher } } };
    }
  }

  #run(workflowId: string): InMemoryRun {
    const run = this.#runs.get(workflowId);
    if (run === undefined) throw notFound(workflowId);
    return run;
  }
}

function notFound(workflowId: string): WorkflowNotFoundError {
  return new WorkflowNotFoundError('workflow not found', workflowId, undefined);
}

interface SignalWithStart {
  readonly workflowId: string;
  readonly args: readonly [PublisherInput];
  readonly signalArgs: readonly [PublishRequest];
}

interface Start {
  readonly workflowId: string;
  readonly memo?: unknown;
}

interface Handle {
  describe(): Promise<object>;
  query(query: string, id?: string): Promise<PublisherStatus>;
  executeUpdate(
    update: string,
    options: { readonly args: readonly [OperationRequest | AwaitRequest] },
  ): Promise<PublisherStatus | AwaitResult>;
}
