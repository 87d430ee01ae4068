import { ApplicationFailure, WorkflowUpdateFailedError } from '@temporalio/client';
import { FAILURE_TYPES } from '../../common/names.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { OperationName, OperationRequest } from '../../common/protocol/operate.ts';
import type { ParkedEvent } from '../../common/protocol/parked.ts';
import type { PublisherInput } from '../../common/protocol/publish.ts';
import type { AwaitRequest, Settled } from '../../common/protocol/receipts.ts';
import type { PublisherStatus } from '../../common/protocol/status.ts';
import type { AggregateGap } from '../../workflows/state/partition/partition.ts';
import { Publisher, type Step } from '../../workflows/state/publisher.ts';
import { readMissing } from './in-memory-activities.ts';
import { InMemoryAttempt, type InMemoryContext, type Retrying } from './in-memory-attempt.ts';
import type { Alarm } from './test-clock.ts';

/** One run of a publisher without Temporal: does what the `Publisher` says, in this process. */
export class InMemoryRun {
  readonly #input: PublisherInput;
  readonly #context: InMemoryContext;
  readonly #publisher: Publisher;
  readonly #pages = new Map<string, readonly PublishEntry[]>();
  #pagesMade = 0;
  readonly #attempts = new Set<InMemoryAttempt>();
  #reads = 0;
  #alarm: Alarm | undefined;

  constructor(input: PublisherInput, context: InMemoryContext) {
    this.#input = input;
    this.#context = context;
    this.#publisher = new Publisher(input, context.clock.now());
  }

  /** False when it has been idle for the linger time: the next signal starts another run, which remembers nothing. */
  get isOpen(): boolean {
    return !this.#publisher.mayClose || this.#now < this.#publisher.closesAt;
  }

  /** Waits for a publisher or an EventLog, and not just for time. */
  get isBusy(): boolean {
    return this.#reads > 0 || [...this.#attempts].some(({ retrying }) => retrying === undefined);
  }

  get parked(): ReadonlyMap<string, ParkedEvent> {
    return this.#publisher.parked;
  }

  get retrying(): Retrying | undefined {
    return [...this.#attempts].find(({ retrying }) => retrying)?.retrying;
  }

  accept(signal: unknown): void {
    this.#publisher.accept(signal, this.#now);
    this.#goOn();
  }

  status(id: string | undefined): PublisherStatus {
    return this.#publisher.status(id);
  }

  /** Throws what Temporal's client throws when the operation does not apply. */
  async operate(operation: OperationName, request: OperationRequest): Promise<PublisherStatus> {
    const message = this.#publisher.refusal(operation, request);
    if (message !== undefined) {
      const cause = ApplicationFailure.create({ type: FAILURE_TYPES.refused, message, nonRetryable: true });
      throw new WorkflowUpdateFailedError('Workflow Update failed', cause);
    }
    this.#publisher.operate(operation, request, this.#now);
    this.#goOn();
    // Nothing leaves any more, neither what was taken nor what is being tried again.
    if (operation === 'pause') await this.#endAttemptsOf(this.#input.id ?? request.id);
    return this.#publisher.status(request.id);
  }

  /** Resolves when some of the messages are published, or cannot be; or when nobody waits for them any more. */
  async settled(request: AwaitRequest, signal: AbortSignal | undefined): Promise<readonly Settled[]> {
    const { changes } = this.#context;
    const wait = this.#publisher.waitFor(request);
    signal?.addEventListener('abort', () => changes.notify(), { once: true });
    // Somebody waits: unlike an alarm, that keeps the process alive.
    const keepAlive = setInterval(() => undefined, 60_000);
    changes.notify();
    while (!wait.isOver && !signal?.aborted) await changes.next();
    clearInterval(keepAlive);
    return wait.end();
  }

  get #now(): number {
    return this.#context.clock.now();
  }

  /** Does whatever can be done now. */
  #goOn(): void {
    for (const gap of this.#publisher.gapsDue(this.#now)) void this.#readMissing(gap);
    for (let step = this.#publisher.next(); step; step = this.#publisher.next()) this.#do(step);
    this.#alarm?.cancel();
    const { dueAt } = this.#publisher;
    this.#alarm = dueAt === undefined ? undefined : this.#context.clock.alarm(dueAt, () => this.#goOn());
    this.#context.changes.notify();
  }

  #do(step: Step): void {
    if (step.do === 'spill') this.#spill();
    else if (step.do === 'publish') void this.#publish();
    else this.#load(step.page);
  }

  async #publish(): Promise<void> {
    const { aggregates, returnFailures = false } = this.#publisher.take(this.#now);
    const attempt = new InMemoryAttempt(aggregates, this.#context, !returnFailures);
    this.#attempts.add(attempt);
    const outcomes = await attempt.outcomes;
    this.#attempts.delete(attempt);
    this.#publisher.settle(aggregates, outcomes, this.#now);
    this.#goOn();
  }

  async #endAttemptsOf(id: string | undefined): Promise<void> {
    const ofIt = [...this.#attempts].filter(({ aggregates }) => aggregates.some((one) => one.id === id));
    await Promise.all(ofIt.map((attempt) => attempt.end()));
  }

  async #readMissing(gap: AggregateGap): Promise<void> {
    this.#reads += 1;
    const answer = await readMissing(this.#context.target, gap);
    this.#reads -= 1;
    this.#publisher.gapAsked(gap, answer, this.#now);
    this.#goOn();
  }

  #spill(): void {
    this.#pagesMade += 1;
    const page = `page-${this.#pagesMade}`;
    const { entries } = this.#publisher.beginSpill(page);
    this.#pages.set(page, entries);
    this.#publisher.endSpill(true, this.#now);
  }

  #load(page: string): void {
    const entries = this.#pages.get(page) ?? [];
    this.#pages.delete(page);
    this.#publisher.askedForPage(page, true);
    this.#publisher.load({ page, entries }, this.#now);
  }
}
