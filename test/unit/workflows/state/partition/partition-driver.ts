import { PAGE_RETRY_DELAY_MS } from '../../../../../src/common/defaults.ts';
import type {
  AggregateEntries,
  AggregateOutcome,
  PublishFailure,
} from '../../../../../src/common/protocol/activities.ts';
import type { PublishEntry } from '../../../../../src/common/protocol/entry.ts';
import type { OperationName } from '../../../../../src/common/protocol/operate.ts';
import type { PublisherSettings } from '../../../../../src/common/protocol/publish.ts';
import type { PublisherState } from '../../../../../src/common/protocol/state.ts';
import { type AggregateGap, Partition } from '../../../../../src/workflows/state/partition/partition.ts';
import { customerEntry, type MessageFields } from '../../../../support/messages.ts';

export const NOW = Date.parse('2026-01-31T12:00:00.000Z');

export const settings: PublisherSettings = {
  lingerMs: 600_000,
  rememberMsgIds: 1_000,
  rememberMs: 600_000,
  maxSignalsPerRun: 4_000,
  settleMs: 500,
  gapTimeoutMs: 10_000,
};

export const refusal: PublishFailure = { kind: 'event', code: 'InvalidParameter', reason: 'bad message' };
export const throttled: PublishFailure = { kind: 'retry', code: 'Throttled', reason: 'Rate exceeded' };

/** `<id>-<from>` … `<id>-<to>`, at these positions; each with about this many characters. */
export function entriesOf(id: string, from: number, to: number, chars = 0): readonly PublishEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => entryOf(id, from + index, chars));
}

export function entryOf(
  id: string,
  position: number,
  chars = 0,
  fields: MessageFields<never> = {},
): PublishEntry {
  const event = { type: 'NameChanged' as const, name: 'x'.repeat(chars) };
  return customerEntry(position, { id, position, msgId: `${id}-${position}`, event, ...fields });
}

/** A partition, and the workflow that drives it, with SNS and pages that do as they are told. */
export class PartitionDriver {
  readonly ordering: 'arrival' | 'position';
  partition: Partition;
  now = NOW;
  /** msgIds in the order in which SNS acknowledged them. */
  readonly published: string[] = [];
  /** What SNS has against a message. Default: nothing. */
  refuses: (msgId: string, id: string) => PublishFailure | undefined = () => undefined;
  /** What the EventLog has of missing events. Default: nothing. */
  eventLog: (gap: AggregateGap) => readonly PublishEntry[] = () => [];
  /** Whether a page can be asked. Default: yes. */
  reaches: (page: string) => boolean = () => true;
  readonly attempts: (readonly AggregateEntries[])[] = [];
  readonly gaps: AggregateGap[] = [];
  /** Pages that hold events, and pages that were asked for them. */
  readonly pages = new Map<string, readonly PublishEntry[]>();
  readonly asked: string[] = [];
  pagesMade = 0;
  #unreached: string[] = [];

  constructor(ordering: 'arrival' | 'position' = 'arrival') {
    this.ordering = ordering;
    this.partition = new Partition({ ordering }, settings);
  }

  accept(entries: readonly PublishEntry[]): void {
    this.partition.accept(entries, this.now);
  }

  operate(operation: OperationName, id: string, fields: object = {}): void {
    const request = { id, actor: 'ada', reason: 'a test', ...fields };
    this.partition.operate({ operation, request }, this.now);
  }

  /** One round of the workflow's loop, with activities that take longer than all else. False: nothing to do, before time passes. */
  goOn(): boolean {
    const { partition } = this;
    this.gaps.push(...partition.due(this.now));
    if (this.gaps.length > 0) this.answerGap();
    else if (partition.mustSpill) this.spill();
    else if (partition.isReady && this.attempts.length < 2) this.take();
    else if (partition.pageToLoad !== undefined) this.ask(partition.pageToLoad);
    else if (this.asked.length > 0) this.deliver();
    else if (this.attempts.length > 0) this.settle();
    else return false;
    return true;
  }

  /** Until nothing happens any more; time passes only as far as something waits for it. */
  run({ maxMs = 3_600_000, maxRounds = 100_000 } = {}): void {
    const until = this.now + maxMs;
    for (let rounds = 0; ; rounds += 1) {
      if (rounds > maxRounds) throw new Error('The workflow would never rest');
      if (this.goOn()) continue;
      const retryAt = this.#unreached.length > 0 ? this.now + PAGE_RETRY_DELAY_MS : Number.POSITIVE_INFINITY;
      const next = Math.min(this.partition.dueAt ?? Number.POSITIVE_INFINITY, retryAt);
      if (next > until) return;
      this.now = Math.max(this.now, next);
      for (const page of this.#unreached.splice(0)) this.partition.askedForPage(page, false);
    }
  }

  take(): void {
    this.attempts.push(this.partition.take(this.now));
  }

  settle(): void {
    const attempt = this.attempts.shift() ?? [];
    this.partition.settle(
      attempt,
      attempt.map((one) => this.#outcomeOf(one)),
      this.now,
    );
  }

  answerGap(): void {
    const gap = this.gaps.shift();
    if (gap === undefined) return;
    this.partition.gapAsked(gap, { entries: this.eventLog(gap), why: 'it has none' }, this.now);
  }

  spill(isHeld = true): void {
    this.pagesMade += 1;
    const { page, entries } = this.partition.beginSpill(`page-${this.pagesMade}`);
    if (entries.length === 0) throw new Error('A page of nothing');
    if (isHeld) this.pages.set(page, entries);
    this.partition.endSpill(isHeld, this.now);
  }

  ask(page: string): void {
    this.partition.askedForPage(page, true);
    (this.reaches(page) ? this.asked : this.#unreached).push(page);
  }

  deliver(): void {
    const page = this.asked.shift() ?? '';
    this.partition.load({ page, entries: this.pages.get(page) ?? [] }, this.now);
    this.pages.delete(page);
  }

  /** Ends what is under way, and moves what memory may not hold to pages: the next run could begin. */
  windUp(): void {
    for (const attempt of this.attempts.splice(0)) {
      const nothing = attempt.map(() => ({ receipts: [] }));
      this.partition.settle(attempt, nothing, this.now);
    }
    for (const { id } of this.gaps.splice(0)) this.partition.askLater(id, this.now);
    while (this.partition.mustSpill) this.spill();
  }

  continueAsNew(): void {
    this.windUp();
    const state = JSON.parse(JSON.stringify(this.partition.snapshot())) as PublisherState;
    this.partition = new Partition({ ordering: this.ordering, state }, settings);
  }

  /** What the next run would carry. */
  stateBytes(): number {
    return Buffer.byteLength(JSON.stringify(this.partition.snapshot()));
  }

  #outcomeOf({ id, entries }: AggregateEntries): AggregateOutcome {
    const receipts: { msgId: string; snsMessageId: string; sequenceNumber: string }[] = [];
    for (const { message } of entries) {
      const { msgId } = message.meta;
      const failure = this.refuses(msgId, id);
      if (failure) return { receipts, failure };
      this.published.push(msgId);
      const snsMessageId = '019c1f00-0000-7000-8000-000000000000';
      receipts.push({ msgId, snsMessageId, sequenceNumber: '10000000000000000000' });
    }
    return { receipts };
  }
}

/** msgIds of an aggregate, in order. */
export function ofAggregate(id: string, msgIds: readonly string[]): readonly string[] {
  return msgIds.filter((msgId) => msgId.startsWith(`${id}-`));
}

export function msgIds(id: string, from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${id}-${from + index}`);
}
