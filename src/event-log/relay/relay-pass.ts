import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { RELAY_PASS_MS } from '../../common/defaults.ts';
import type { Checkpoint, StoredEvent } from '../../common/event-log.ts';
import type { BusyPublisher, RelayEventsInput, RelayProgress } from '../../common/protocol/relay.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { missingOf } from './missing-events.ts';
import { PacedHandover } from './paced-handover.ts';
import { readPage } from './read-page.ts';
import type { ReadableSource } from './relay-source.ts';
import { definitionOf, toEntries } from './to-entries.ts';

export interface RelayPassOptions {
  readonly client: Client;
  readonly input: RelayEventsInput;
  /** How far an attempt came that did not end. */
  readonly resumed?: RelayProgress;
  /** What comes next may have been handed over. */
  readonly isUncertain: boolean;
  /** Aborts when it is to end soon, saying how far it came. */
  readonly signal: AbortSignal;
}

const NOTHING: RelayProgress = {
  read: 0,
  published: 0,
  healed: 0,
  refused: 0,
  lag: { seconds: 0 },
  isMore: false,
};

/** Counting what is stored can take a while when it is much. */
const COUNT_EVERY_MS = 5_000;

/** One activity's worth of a relay: reads page by page, and hands each over before the next. */
export class RelayPass {
  readonly #source: ReadableSource;
  readonly #options: RelayPassOptions;
  readonly #definition: EventTopicDefinition;
  readonly #handover: PacedHandover;
  readonly #deadline = Date.now() + RELAY_PASS_MS;
  #isUncertain: boolean;
  #countedAt = 0;
  #hasAnswer = false;
  #progress: RelayProgress;

  constructor(source: ReadableSource, options: RelayPassOptions) {
    const { input, client, resumed, isUncertain } = options;
    this.#source = source;
    this.#options = options;
    this.#isUncertain = isUncertain;
    this.#definition = definitionOf(input.topic, input.target, source);
    const { limits } = source;
    const { maxPending } = input.settings;
    this.#handover = new PacedHandover({
      client,
      definition: this.#definition,
      target: input.target,
      limits,
      maxPending,
    });
    this.#progress = resumed ?? {
      ...NOTHING,
      ...(input.after === undefined ? {} : { checkpoint: input.after }),
    };
  }

  /** How far it came: what stands behind the checkpoint is not handed over for sure. */
  get progress(): RelayProgress {
    return this.#progress;
  }

  /** The EventLog has answered, and what it gave is handed over. */
  get hasAnswer(): boolean {
    return this.#hasAnswer;
  }

  async run(): Promise<RelayProgress> {
    await this.#untilWorkedOff(this.#progress.heldBy ?? this.#options.input.heldBy);
    while (this.#mayGoOn && this.#progress.heldBy === undefined) if (await this.#goOn()) break;
    return { ...this.#progress, ...(this.#isUncertain ? { isUncertain: true } : {}) };
  }

  /** One page. True: for now that was all. */
  async #goOn(): Promise<boolean> {
    const { signal, input } = this.#options;
    const isSweep = input.mode === 'sweep';
    const page = await this.#read();
    const due = isSweep ? this.#untilGrace(page) : page;
    if (signal.aborted) return true;
    const taken = due.length > 0 ? await this.#take(due) : 0;
    const isMore = page.length > 0 && (due.length === page.length || taken < due.length);
    await this.#say(isMore, page[taken] ?? page.at(-1), taken);
    if (isMore) await this.#untilWorkedOff(this.#handover.toAsk);
    else if (!isSweep) await this.#untilNew();
    return isSweep && !isMore;
  }

  /** The next activity goes on waiting, when this one has no more time for it. */
  async #untilWorkedOff(publisher: BusyPublisher | undefined): Promise<void> {
    for (let busy = publisher; busy; busy = this.#handover.toAsk) {
      const isFree = await this.#handover.untilWorkedOff(busy, () => this.#mayGoOn);
      const { heldBy: _, ...progress } = this.#progress;
      this.#progress = isFree ? progress : { ...progress, heldBy: busy, isMore: true };
      if (!isFree) return;
    }
  }

  get #mayGoOn(): boolean {
    return !this.#options.signal.aborted && Date.now() < this.#deadline;
  }

  #read(): Promise<readonly StoredEvent[]> {
    const { input, signal } = this.#options;
    const request = {
      topic: input.topic,
      after: this.#progress.checkpoint,
      limit: input.settings.pageEvents,
      signal,
    };
    return readPage(this.#source.eventLog, request);
  }

  /** The first ones, up to one that its application may be handing over just now. By the clocks of store and worker: see `graceMs`. */
  #untilGrace(page: readonly StoredEvent[]): readonly StoredEvent[] {
    const since = Date.now() - this.#options.input.settings.graceMs;
    const young = page.findIndex(({ storedAt }) => Date.parse(storedAt) > since);
    return young < 0 ? page : page.slice(0, young);
  }

  /** Says how many of them are done with: those behind one that belongs to no aggregate are not. */
  async #take(events: readonly StoredEvent[]): Promise<number> {
    const wanted = await this.#wantedOf(events);
    const stored = toEntries(this.#definition, wanted, this.#source);
    await this.#handover.publish(stored);
    const { read, published, healed, refused } = this.#progress;
    const isSweep = this.#options.input.mode === 'sweep';
    const next = wanted[stored.count];
    const taken = next === undefined ? events : events.slice(0, events.indexOf(next));
    const checkpoint = taken.at(-1)?.checkpoint;
    this.#progress = {
      ...this.#progress,
      ...(checkpoint === undefined ? {} : { checkpoint }),
      read: read + taken.length,
      published: published + (isSweep ? 0 : taken.length),
      healed: healed + (isSweep ? stored.count : 0),
      refused: refused + stored.entries.filter((entry) => entry.refused).length,
    };
    return taken.length;
  }

  async #wantedOf(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    const { client, input, signal } = this.#options;
    if (input.mode === 'tail' && !this.#isUncertain) return events;
    const wanted = await missingOf({ client, definition: this.#definition, signal }, events);
    // Behind a page of which nobody has anything, nobody has anything that an earlier attempt published.
    if (wanted.length === events.length) this.#isUncertain = false;
    return wanted;
  }

  /** `next` is the oldest event that is not handed over, or the last one that is. */
  async #say(isMore: boolean, next: StoredEvent | undefined, taken: number): Promise<void> {
    const { eventLog } = this.#source;
    const { checkpoint } = this.#progress;
    const isTime = eventLog.countAfter !== undefined && Date.now() - this.#countedAt >= COUNT_EVERY_MS;
    if (isTime) this.#countedAt = Date.now();
    const events = isTime ? await this.#count(checkpoint) : this.#leftOf(taken);
    const age = next === undefined ? 0 : Math.max(0, Date.now() - Date.parse(next.storedAt));
    const isBehind = isMore || (next !== undefined && next.checkpoint !== checkpoint);
    const lag = { seconds: isBehind ? age / 1_000 : 0, ...(events === undefined ? {} : { events }) };
    this.#progress = { ...this.#progress, isMore, lag };
    this.#hasAnswer = true;
  }

  /** Of those that were counted last, without those that were read since; the next count adds what was stored since. */
  #leftOf(taken: number): number | undefined {
    const { events } = this.#progress.lag;
    return events === undefined ? undefined : Math.max(0, events - taken);
  }

  /** What a status says is not worth failing for. */
  #count(checkpoint: Checkpoint | undefined): Promise<number | undefined> | undefined {
    return this.#source.eventLog.countAfter?.(checkpoint, this.#options.signal).catch(() => undefined);
  }

  /** Until the EventLog wakes it up, or it is time to have a look; not longer than the pass may last. */
  async #untilNew(): Promise<void> {
    const { eventLog } = this.#source;
    const { signal, input } = this.#options;
    const ms = Math.max(0, Math.min(input.settings.everyMs, this.#deadline - Date.now()));
    const end = new AbortController();
    const stop = AbortSignal.any([signal, end.signal]);
    const woken = eventLog.untilNew?.(stop) ?? new Promise<void>(() => undefined);
    const slept = sleep(ms, undefined, { signal: stop }).catch(() => undefined);
    try {
      await Promise.race([woken.catch(() => slept), slept]);
    } finally {
      end.abort();
    }
  }
}
