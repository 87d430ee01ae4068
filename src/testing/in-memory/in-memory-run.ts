import { ApplicationFailure, WorkflowUpdateFailedError } from '@temporalio/client';
import {
  GAP_TIMEOUT_MS,
  LINGER_MS,
  MAX_SIGNALS_PER_RUN,
  PARTITION_LIMITS,
  REMEMBER_MS,
  REMEMBER_MSG_IDS,
  SETTLE_MS,
} from '../../common/defaults.ts';
import { FAILURE_TYPES } from '../../common/names.ts';
import type { OperationName, OperationRequest } from '../../common/protocol/operate.ts';
import type { ParkedEvent } from '../../common/protocol/parked.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { PublisherInput, PublisherSettings, PublishRequest } from '../../common/protocol/publish.ts';
import type { AwaitedMessage, AwaitRequest, Settled } from '../../common/protocol/receipts.ts';
import type { PublisherStatus } from '../../common/protocol/status.ts';
import { type AggregateGap, Partition } from '../../workflows/state/partition/partition.ts';
import { ReceiptWaits } from '../../workflows/state/receipts/receipt-waits.ts';
import { readMissing } from './in-memory-activities.ts';
import { InMemoryAttempt, type InMemoryContext, type Retrying } from './in-memory-attempt.ts';
import type { Alarm } from './test-clock.ts';

const DEFAULT_SETTINGS: PublisherSettings = {
  lingerMs: LINGER_MS,
  rememberMsgIds: REMEMBER_MSG_IDS,
  rememberMs: REMEMBER_MS,
  maxSignalsPerRun: MAX_SIGNALS_PER_RUN,
  settleMs: SETTLE_MS,
  gapTimeoutMs: GAP_TIMEOUT_MS,
};

/** What the publisher workflow does around the same state, without Temporal. */
export class InMemoryRun {
  readonly #input: PublisherInput;
  readonly #context: InMemoryContext;
  readonly #lingerMs: number;
  readonly #partition: Partition;
  readonly #pages = new Map<string, readonly PublishEntry[]>();
  #pagesMade = 0;
  readonly #attempts = new Set<InMemoryAttempt>();
  #reads = 0;
  readonly #waits = new ReceiptWaits();
  #alarm: Alarm | undefined;
  #usedAt: number;

  constructor(input: PublisherInput, context: InMemoryContext) {
    const settings = { ...DEFAULT_SETTINGS, ...input.settings };
    this.#input = input;
    this.#context = context;
    this.#lingerMs = settings.lingerMs;
    this.#partition = new Partition(input, settings);
    this.#usedAt = context.clock.now();
  }

  /** False when it has been idle for the linger time: the next signal starts another run, which remembers nothing. */
  get isOpen(): boolean {
    return !this.#partition.mayClose || this.#now < this.#usedAt + this.#lingerMs;
  }

  /** Waits for a publisher or an EventLog, and not just for time. */
  get isBusy(): boolean {
    return this.#reads > 0 || [...this.#attempts].some(({ retrying }) => retrying === undefined);
  }

  get parked(): ReadonlyMap<string, ParkedEvent> {
    return this.#partition.parked;
  }

  get retrying(): Retrying | undefined {
    return [...this.#attempts].find(({ retrying }) => retrying)?.retrying;
  }

  accept({ entries, awaited }: PublishRequest): void {
    this.#partition.accept(entries, this.#now);
    if (awaited) this.#waits.join(awaited.waiter, refsOf(entries, awaited.msgIds));
    this.#goOn();
  }

  status(id: string | undefined): PublisherStatus {
    const { topic, partition } = this.#input;
    const whole = partition ? { partition: { ...partition, ...this.#partition.totals() } } : {};
    return { topic, id: this.#input.id ?? id ?? '', ...this.#partition.status(id), ...whole };
  }

  /** Throws what Temporal's client throws when the operation does not apply. */
  async operate(operation: OperationName, request: OperationRequest): Promise<PublisherStatus> {
    const message = this.#partition.refusal({ operation, request });
    if (message !== undefined) {
      const cause = ApplicationFailure.create({ type: FAILURE_TYPES.refused, message, nonRetryable: true });
      throw new WorkflowUpdateFailedError('Workflow Update failed', cause);
    }
    this.#partition.operate({ operation, request }, this.#now);
    this.#goOn();
    // Nothing leaves any more, neither what was taken nor what is being tried again.
    if (operation === 'pause') await this.#endAttemptsOf(this.#input.id ?? request.id);
    return this.status(request.id);
  }

  async #endAttemptsOf(id: string | undefined): Promise<void> {
    const ofIt = [...this.#attempts].filter(({ aggregates }) => aggregates.some((one) => one.id === id));
    await Promise.all(ofIt.map((attempt) => attempt.end()));
  }

  /** Resolves when some of the messages are published, or cannot be; or when nobody waits for them any more. */
  async settled(
    { waiter, messages }: AwaitRequest,
    signal: AbortSignal | undefined,
  ): Promise<readonly Settled[]> {
    const { changes } = this.#context;
    const wait = this.#waits.begin(waiter, messages);
    signal?.addEventListener('abort', () => changes.notify(), { once: true });
    // Somebody waits: unlike an alarm, that keeps the process alive.
    const keepAlive = setInterval(() => undefined, 60_000);
    try {
      for (changes.notify(); ; await changes.next()) {
        const settled = this.#partition.settledOf([...wait.values()]);
        if (settled.length > 0 || signal?.aborted || this.#waits.isOver(waiter, wait)) return settled;
      }
    } finally {
      clearInterval(keepAlive);
      this.#waits.end(waiter, wait);
    }
  }

  get #now(): number {
    return this.#context.clock.now();
  }

  get #isPartition(): boolean {
    return this.#input.id === undefined;
  }

  get #mayPublish(): boolean {
    const most = this.#isPartition ? PARTITION_LIMITS.activities : 1;
    return this.#partition.isReady && this.#attempts.size < most;
  }

  /** Does whatever can be done now. */
  #goOn(): void {
    this.#usedAt = this.#now;
    for (const gap of this.#partition.due(this.#now)) void this.#readMissing(gap);
    for (;;) {
      if (this.#partition.mustSpill) this.#spill();
      else if (this.#mayPublish) void this.#publish();
      else if (this.#partition.pageToLoad) this.#load(this.#partition.pageToLoad);
      else break;
    }
    this.#alarm?.cancel();
    const { dueAt } = this.#partition;
    this.#alarm = dueAt === undefined ? undefined : this.#context.clock.alarm(dueAt, () => this.#goOn());
    this.#context.changes.notify();
  }

  async #publish(): Promise<void> {
    const aggregates = this.#partition.take(this.#now);
    const attempt = new InMemoryAttempt(aggregates, this.#context, !this.#isPartition);
    this.#attempts.add(attempt);
    const outcomes = await attempt.outcomes;
    this.#attempts.delete(attempt);
    this.#partition.settle(aggregates, outcomes, this.#now);
    this.#goOn();
  }

  async #readMissing(gap: AggregateGap): Promise<void> {
    this.#reads += 1;
    const answer = await readMissing(this.#context.target, gap);
    this.#reads -= 1;
    this.#partition.gapAsked(gap.id, answer, this.#now);
    this.#goOn();
  }

  #spill(): void {
    this.#pagesMade += 1;
    const page = `page-${this.#pagesMade}`;
    const { entries } = this.#partition.beginSpill(page);
    this.#pages.set(page, entries);
    this.#partition.endSpill(true, this.#now);
  }

  #load(page: string): void {
    const entries = this.#pages.get(page) ?? [];
    this.#pages.delete(page);
    this.#partition.askedForPage(page, true);
    this.#partition.load({ page, entries }, this.#now);
  }
}

function refsOf(entries: readonly PublishEntry[], msgIds: readonly string[]): readonly AwaitedMessage[] {
  const wanted = new Set(msgIds);
  return entries
    .map(({ message }) => ({ id: message.id, msgId: message.meta.msgId }))
    .filter(({ msgId }) => wanted.has(msgId));
}
