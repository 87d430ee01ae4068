import { setTimeout as sleep } from 'node:timers/promises';
import type { Lease } from '../../activities/heartbeats.ts';
import type { Topic } from '../../activities/publish-events.ts';
import { tryAgainFailure } from '../../activities/publish-failure.ts';
import { toStoredEntries, toText } from '../../client/publish/stored-entries.ts';
import { RELAY_PASS_MS, RELAY_SETTINGS, REPUBLISH_MOST_REFUSED } from '../../common/defaults.ts';
import type { StoredEvent } from '../../common/event-log.ts';
import type { EventMessage } from '../../common/message.ts';
import { uploadBodies } from '../../common/offload.ts';
import type { PublishFailure } from '../../common/protocol/activities.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { RefusedEvent, RepublishInput, RepublishProgress } from '../../common/protocol/republish.ts';
import { readFailure, readPage } from '../relay/read-page.ts';
import type { ReadableSource } from '../relay/relay-source.ts';
import { definitionOf } from '../relay/to-entries.ts';
import { isSelected } from './selection.ts';

export interface RepublishPassOptions {
  readonly input: RepublishInput;
  readonly topic: Topic;
  /** How far an attempt came that did not end. */
  readonly resumed?: RepublishProgress;
  /** Aborts when it is to end soon. */
  readonly signal: AbortSignal;
}

/** What is read at once, and where it goes on behind it. */
interface Part {
  readonly messages: readonly EventMessage[];
  readonly place: RepublishProgress['place'];
  readonly isLast: boolean;
}

/** What became of one part. */
interface Sent {
  readonly read: number;
  published: number;
  readonly refusals: RefusedEvent[];
}

const NOTHING: RepublishProgress = { read: 0, published: 0, refused: 0, refusals: [], isDone: false };

/** One activity's worth of a republish: small parts, each acknowledged before the next, at the rate that is wanted. */
export class RepublishPass {
  readonly #source: ReadableSource;
  readonly #options: RepublishPassOptions;
  readonly #deadline = Date.now() + RELAY_PASS_MS;
  #hasAnswer = false;
  #progress: RepublishProgress;

  constructor(source: ReadableSource, options: RepublishPassOptions) {
    this.#source = source;
    this.#options = options;
    this.#progress = options.resumed ?? options.input.progress ?? NOTHING;
  }

  get progress(): RepublishProgress {
    return this.#progress;
  }

  /** The EventLog has answered, and what it gave is sent. */
  get hasAnswer(): boolean {
    return this.#hasAnswer;
  }

  /** Sends for as long as the attempt has its lease: what it lets go of, the next attempt sends. */
  async run(lease: Lease): Promise<RepublishProgress> {
    const { signal } = this.#options;
    while (!signal.aborted && !this.#progress.isDone && Date.now() < this.#deadline) {
      const begin = Date.now();
      const { messages, place, isLast } = await this.#read();
      if (signal.aborted) break;
      const sent = await this.#send(messages, lease);
      this.#progress = { ...withSent(this.#progress, sent), ...(place ? { place } : {}), isDone: isLast };
      this.#hasAnswer = true;
      await this.#slowDown(sent.published, begin);
    }
    return this.#progress;
  }

  /** About a fifth of a second's worth, so that the rate is even and a worker that dies repeats little. */
  get #size(): number {
    return Math.max(1, Math.min(RELAY_SETTINGS.pageEvents, Math.ceil(this.#options.input.rate / 5)));
  }

  #read(): Promise<Part> {
    const { ids } = this.#options.input.selection;
    return ids ? this.#readStreams(ids) : this.#readAll();
  }

  async #readAll(): Promise<Part> {
    const { place } = this.#progress;
    const after = place && 'checkpoint' in place ? place.checkpoint : undefined;
    const { input, signal } = this.#options;
    const page = await readPage(this.#source.eventLog, {
      topic: input.topic,
      after,
      limit: this.#size,
      signal,
    });
    const checkpoint = page.at(-1)?.checkpoint;
    return {
      messages: page.map(({ message }: StoredEvent) => message),
      place: checkpoint === undefined ? place : { checkpoint },
      isLast: page.length === 0,
    };
  }

  /** The next events of the aggregate whose turn it is. */
  async #readStreams(ids: readonly string[]): Promise<Part> {
    const { input } = this.#options;
    const { fromPosition = 1, toPosition = Number.POSITIVE_INFINITY } = input.selection;
    const { place } = this.#progress;
    const { index, position } = place && 'index' in place ? place : { index: 0, position: fromPosition - 1 };
    const id = ids[index];
    if (id === undefined) return { messages: [], place, isLast: true };
    const messages: EventMessage[] = [];
    try {
      for await (const message of this.#source.eventLog.readStream(id, position + 1)) {
        if (Number(message.position) > toPosition) break;
        messages.push(message);
        if (messages.length >= this.#size) break;
      }
    } catch (error) {
      throw readFailure(this.#source.eventLog, { topic: input.topic, after: `${id}/${position}` }, error);
    }
    const last = messages.at(-1)?.position;
    const next =
      last === undefined ? { index: index + 1, position: fromPosition - 1 } : { index, position: last };
    return { messages, place: next, isLast: last === undefined && index + 1 >= ids.length };
  }

  /** All of them are settled when this returns, or when it throws. */
  async #send(messages: readonly EventMessage[], lease: Lease): Promise<Sent> {
    const { entries, refusals } = await this.#entriesOf(messages);
    const aggregates = [...groupById(entries)];
    const ended = await Promise.allSettled(
      aggregates.map(([id, entries]) => this.#sendInOrder(id, entries, lease)),
    );
    const sent: Sent = { read: messages.length, published: 0, refusals: [...refusals] };
    for (const end of ended) {
      if (end.status === 'rejected') throw end.reason;
      sent.published += end.value.published;
      sent.refusals.push(...end.value.refusals);
    }
    return sent;
  }

  /** The selected ones as they travel; what belongs to no aggregate cannot. */
  async #entriesOf(
    messages: readonly EventMessage[],
  ): Promise<{ readonly entries: readonly PublishEntry[]; readonly refusals: readonly RefusedEvent[] }> {
    const { input } = this.#options;
    const definition = definitionOf(input.topic, { ordering: 'arrival', taskQueue: '' }, this.#source);
    const selected = messages.filter((message) =>
      isSelected(input.selection, message, this.#source.definition.eventType(message.event)),
    );
    const { entries, uploads, unnamed } = toStoredEntries(definition, selected, this.#source.limits);
    if (this.#source.limits.store) await uploadBodies(uploads, this.#source.limits.store);
    const { republishId, audience } = input;
    const refusals = unnamed.map(({ index, msgId = '', ...fault }) => ({
      id: String(selected[index]?.id),
      msgId,
      reason: toText(fault),
    }));
    return {
      entries: entries.map((entry) => ({ ...entry, republished: { republishId, audience } })),
      refusals,
    };
  }

  /** One after the other, each when the one before is acknowledged. What is refused is counted, and those behind it are sent. */
  async #sendInOrder(
    id: string,
    entries: readonly PublishEntry[],
    lease: Lease,
  ): Promise<Omit<Sent, 'read'>> {
    const { topic, input } = this.#options;
    const sent: Omit<Sent, 'read'> = { published: 0, refusals: [] };
    for (const entry of entries) {
      // A part is small: it is ended, also when the activity is to end.
      const failure = entry.refused
        ? { kind: 'event' as const, ...entry.refused }
        : await this.#sendOne(id, entry, lease);
      if (failure === undefined) sent.published += 1;
      else if (failure.kind === 'event')
        sent.refusals.push({ id, msgId: entry.message.meta.msgId, reason: failure.reason });
      else
        throw tryAgainFailure(
          failure,
          { topic: input.topic, aggregates: [{ id, entries: [] }] },
          topic.publisher,
        );
    }
    return sent;
  }

  async #sendOne(id: string, entry: PublishEntry, lease: Lease): Promise<PublishFailure | undefined> {
    const mayLeave = (): boolean => lease.isHeld();
    const [result] = await this.#options.topic.batcher.publish({ id, entries: [entry] }, NEVER, mayLeave);
    if (result === undefined)
      return { kind: 'retry', code: 'NoResult', reason: 'The publisher gave no result' };
    return result.ok ? undefined : result.failure;
  }

  async #slowDown(sent: number, begin: number): Promise<void> {
    const { input, signal } = this.#options;
    const due = begin + (sent / input.rate) * 1_000;
    const ms = due - Date.now();
    if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
}

const NEVER = new AbortController().signal;

function withSent(progress: RepublishProgress, { read, published, refusals }: Sent): RepublishProgress {
  return {
    ...progress,
    read: progress.read + read,
    published: progress.published + published,
    refused: progress.refused + refusals.length,
    refusals: [...progress.refusals, ...refusals].slice(0, REPUBLISH_MOST_REFUSED),
  };
}

function groupById(entries: readonly PublishEntry[]): ReadonlyMap<string, readonly PublishEntry[]> {
  const groups = new Map<string, PublishEntry[]>();
  for (const entry of entries) {
    const { id } = entry.message;
    const group = groups.get(id) ?? [];
    group.push(entry);
    groups.set(id, group);
  }
  return groups;
}
