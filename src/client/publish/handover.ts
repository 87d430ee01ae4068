import type { Client } from '@temporalio/client';
import { PUBLISH_SIGNAL, PUBLISHER_WORKFLOW } from '../../common/names.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { PublisherSettings, PublishRequest } from '../../common/protocol/publish.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import { readOpenHistory } from '../operate/operate.ts';
import { Layout } from './layout.ts';
import { Pacer, type ReadHistory } from './pacer.ts';
import { type PublisherRef, publisherOf } from './publisher-ref.ts';
import { type SignalOutcome, SignalQueue } from './signal-queue.ts';

export interface HandoverOptions {
  readonly client: Client;
  readonly taskQueue: string;
  readonly settings: Partial<PublisherSettings> | undefined;
  /** Names this client to publishers, for those of its calls that wait for receipts. */
  readonly waiter: string;
}

/** Entries for one publisher, in order, and how many of them it is known to have. */
export interface HandedOver {
  readonly publisher: PublisherRef;
  readonly entries: readonly PublishEntry[];
  readonly outcome: SignalOutcome;
}

/** Hands entries over to the publisher workflows: one signal in flight for each, in the order of the calls. */
export class Handover {
  readonly #topic: EventTopicDefinition;
  readonly #options: HandoverOptions;
  readonly #queues = new Map<string, SignalQueue>();
  readonly #pacer = new Pacer();
  readonly #layout: Layout;
  readonly #awaited = new WeakSet<PublishEntry>();

  constructor(topic: EventTopicDefinition, options: HandoverOptions) {
    this.#topic = topic;
    this.#options = options;
    this.#layout = new Layout(topic, options);
  }

  publisherOf(id: string): PublisherRef {
    return publisherOf(this.#topic, id, this.#options.settings);
  }

  /** All entries are in their queues when this returns: nothing is awaited before. Never rejects. */
  hand(
    entries: readonly PublishEntry[],
    { signal, isAwaited }: { readonly signal: AbortSignal | undefined; readonly isAwaited: boolean },
  ): Promise<readonly HandedOver[]> {
    if (isAwaited) for (const entry of entries) this.#awaited.add(entry);
    const groups = [...this.#groupByPublisher(entries).values()];
    return Promise.all(
      groups.map(async (group) => ({
        ...group,
        outcome: await this.#enqueue(group.publisher, group.entries, signal),
      })),
    );
  }

  /** Opens an aggregate's publisher, if it is not open, for an operator. */
  async open(id: string): Promise<void> {
    await this.#signal(this.publisherOf(id), []);
  }

  #groupByPublisher(entries: readonly PublishEntry[]): Map<string, Group> {
    const groups = new Map<string, Group>();
    for (const entry of entries) {
      const publisher = this.publisherOf(entry.message.id);
      const group = groups.get(publisher.workflowId) ?? { publisher, entries: [] };
      group.entries.push(entry);
      groups.set(publisher.workflowId, group);
    }
    return groups;
  }

  async #enqueue(
    publisher: PublisherRef,
    entries: readonly PublishEntry[],
    signal: AbortSignal | undefined,
  ): Promise<SignalOutcome> {
    const { workflowId } = publisher;
    const queue = this.#queues.get(workflowId) ?? new SignalQueue((batch) => this.#signal(publisher, batch));
    this.#queues.set(workflowId, queue);
    const outcome = await queue.enqueue(entries, signal);
    if (queue.isIdle && this.#queues.get(workflowId) === queue) this.#queues.delete(workflowId);
    return outcome;
  }

  async #signal(
    { workflowId, input, summary }: PublisherRef,
    entries: readonly PublishEntry[],
  ): Promise<void> {
    const { client, taskQueue, waiter } = this.#options;
    await this.#layout.check();
    const readHistory = (): ReturnType<ReadHistory> => readOpenHistory(client, workflowId);
    await this.#pacer.beforeSignal(workflowId, JSON.stringify(entries).length, readHistory);
    const msgIds = entries
      .filter((entry) => this.#awaited.has(entry))
      .map(({ message }) => message.meta.msgId);
    const handedOverAt = Date.now();
    const request: PublishRequest = {
      entries: entries.map((entry) => ({ ...entry, handedOverAt })),
      ...(msgIds.length > 0 ? { awaited: { waiter, msgIds } } : {}),
    };
    await client.workflow.signalWithStart(PUBLISHER_WORKFLOW, {
      workflowId,
      taskQueue,
      args: [input],
      signal: PUBLISH_SIGNAL,
      signalArgs: [request],
      staticSummary: summary,
    });
  }
}

interface Group {
  readonly publisher: PublisherRef;
  readonly entries: PublishEntry[];
}
