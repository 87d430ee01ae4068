import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { unavailableFailure } from '../../activities/publish-failure.ts';
import { Handover } from '../../client/publish/handover.ts';
import { throwUnlessAccepted } from '../../client/publish/outcome.ts';
import { refuseTooLarge, type StoredEntries } from '../../client/publish/stored-entries.ts';
import { RELAY_ASK_PENDING_EVERY } from '../../common/defaults.ts';
import { STATUS_QUERY } from '../../common/names.ts';
import { uploadBodies } from '../../common/offload.ts';
import type { PublishEntry } from '../../common/protocol/entry.ts';
import type { BusyPublisher, RelaySettings, RelayTarget } from '../../common/protocol/relay.ts';
import type { PublisherStatus } from '../../common/protocol/status.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';
import type { RelaySource } from './relay-source.ts';

export interface PacedHandoverOptions {
  readonly client: Client;
  readonly definition: EventTopicDefinition;
  readonly target: RelayTarget;
  readonly limits: RelaySource['limits'];
  readonly maxPending: RelaySettings['maxPending'];
}

/** Hands stored events to their publishers, and waits while those have enough. */
export class PacedHandover {
  readonly #options: PacedHandoverOptions;
  readonly #handover: Handover;
  /** By workflow id: events handed to a publisher since it was asked last, and an aggregate of theirs. */
  readonly #handed = new Map<string, { readonly count: number; readonly id: string }>();

  constructor(options: PacedHandoverOptions) {
    const { client, definition, target } = options;
    this.#options = options;
    const { taskQueue, settings } = target;
    this.#handover = new Handover(definition, { client, taskQueue, settings, waiter: 'relay' });
  }

  /** Resolves when all of them are accepted. Throws what Temporal tries again; some of them may be accepted then. */
  async publish({ entries, uploads }: Pick<StoredEntries, 'entries' | 'uploads'>): Promise<void> {
    if (entries.length === 0) return;
    const { client, definition, limits } = this.#options;
    try {
      if (limits.store) await uploadBodies(uploads, limits.store);
      const fitting = await refuseTooLarge(client, entries);
      const handedOver = await this.#handover.hand(fitting, { signal: undefined, isAwaited: false });
      throwUnlessAccepted(definition.name, client, handedOver);
      for (const { publisher, entries: handed } of handedOver) this.#count(publisher.workflowId, handed);
    } catch (error) {
      throw notHandedOn(definition.name, error);
    }
  }

  /** A publisher that has been handed much since it was asked last, and that is to be asked now. */
  get toAsk(): BusyPublisher | undefined {
    for (const [workflowId, { count, id }] of this.#handed) {
      if (count < RELAY_ASK_PENDING_EVERY) continue;
      this.#handed.delete(workflowId);
      return { workflowId, id };
    }
    return undefined;
  }

  /**
   * Waits until the publisher has worked off enough: true; false when `mayWait` ends the wait. One that is parked or paused waits for an operator, and
   * holds nobody else up.
   */
  async untilWorkedOff(publisher: BusyPublisher, mayWait: () => boolean): Promise<boolean> {
    while ((await this.#pendingOf(publisher)) > this.#options.maxPending) {
      if (!mayWait()) return false;
      await sleep(ASK_AGAIN_MS);
    }
    return true;
  }

  #count(workflowId: string, entries: readonly PublishEntry[]): void {
    const count = (this.#handed.get(workflowId)?.count ?? 0) + entries.length;
    this.#handed.set(workflowId, { count, id: entries[0]?.message.id ?? '' });
  }

  async #pendingOf({ workflowId, id }: BusyPublisher): Promise<number> {
    const { client, definition } = this.#options;
    try {
      const handle = client.workflow.getHandle(workflowId);
      return pendingOf(await handle.query<PublisherStatus, [string]>(STATUS_QUERY, id));
    } catch (error) {
      throw notHandedOn(definition.name, error);
    }
  }
}

const ASK_AGAIN_MS = 1_000;

/** What waits for SNS, and for nobody else. */
function pendingOf({ state, pending, partition }: PublisherStatus): number {
  const isHeld = state === 'parked' || state === 'paused' || (partition?.parked ?? 0) > 0;
  return isHeld ? 0 : (partition?.pending ?? pending);
}

function notHandedOn(topic: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return unavailableFailure(`The relay cannot hand stored events on for now: ${reason} [topic=${topic}]`);
}
