import type { OperationName } from '../../src/common/protocol/operate.ts';

/** What one aggregate of a partition is, as simply as it can be said. */
export class AggregateModel {
  /** msgIds of what was accepted, in the order in which it must leave. */
  #accepted: string[] = [];
  readonly #positions: Map<number, string> | undefined;
  readonly #known = new Set<string>();
  #gone = 0;
  /** msgIds in the order in which SNS acknowledged them. */
  readonly acknowledged: string[] = [];
  readonly skipped = new Set<string>();
  /** The batch that is under way. */
  taken: readonly string[] | undefined;
  parkedAt: string | undefined;
  isPaused = false;

  constructor(ordering: 'arrival' | 'position') {
    if (ordering === 'position') this.#positions = new Map();
  }

  get accepted(): readonly string[] {
    return this.#accepted;
  }

  get waiting(): readonly string[] {
    return this.#accepted.slice(this.#gone);
  }

  /** The next ones; with positions, as far as none is missing. */
  next(count: number): readonly string[] {
    if (this.#positions === undefined) return this.waiting.slice(0, count);
    return Array.from(
      { length: count },
      (_, index) => this.#positions?.get(this.#gone + 1 + index) ?? 'missing',
    );
  }

  get isStopped(): boolean {
    return this.isPaused || this.parkedAt !== undefined;
  }

  accept(msgId: string, position?: number): void {
    if (this.#known.has(msgId)) return;
    this.#known.add(msgId);
    if (this.#positions === undefined || position === undefined) {
      this.#accepted.push(msgId);
      return;
    }
    this.#positions.set(position, msgId);
    this.#accepted = [...this.#positions].sort(([a], [b]) => a - b).map(([, one]) => one);
  }

  settle(published: number, isParked: boolean): void {
    const taken = this.taken ?? [];
    this.acknowledged.push(...taken.slice(0, published));
    this.#gone += published;
    this.taken = undefined;
    if (isParked) this.parkedAt = taken[published];
  }

  operate(operation: OperationName): void {
    if (operation === 'pause') this.isPaused = true;
    if (operation === 'resume') this.isPaused = false;
    if (operation === 'skip') {
      this.skipped.add(this.parkedAt ?? '');
      this.#gone += 1;
    }
    if (operation === 'skip' || operation === 'retry') this.parkedAt = undefined;
  }
}
