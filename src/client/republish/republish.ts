import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { REPUBLISH_RATE } from '../../common/defaults.ts';
import { EventTopicError } from '../../common/errors.ts';
import { republishWorkflowId } from '../../common/ids.ts';
import { REPUBLISH_STATUS_QUERY, REPUBLISH_WORKFLOW } from '../../common/names.ts';
import type {
  RepublishInput,
  RepublishProgress,
  RepublishReport,
  RepublishSelection,
} from '../../common/protocol/republish.ts';
import { isServed } from '../is-served.ts';
import { type RetriedFailure, readProgress } from '../read-progress.ts';
import { checkRepublish, type RepublishOptions } from './republish-options.ts';

/** How far a republish has come. */
export interface RepublishStatus
  extends Omit<RepublishReport, 'progress'>,
    Omit<RepublishProgress, 'place' | 'isDone'> {
  /** `failing`: it tries again what `failure` says. `cancelled`: it ended before it was through. */
  readonly state: 'running' | 'failing' | 'done' | 'cancelled';
  readonly failure?: RetriedFailure;
}

export interface RepublishTarget {
  readonly topic: string;
  readonly client: Client;
  readonly taskQueue: string;
}

/** A republish that was started: it goes on whatever becomes of this process. */
export class Republish {
  /** Finds it again: `topic.getRepublish(republishId)`. */
  readonly republishId: string;
  readonly #target: RepublishTarget;

  /** @internal */
  constructor(target: RepublishTarget, republishId: string) {
    this.#target = target;
    this.republishId = republishId;
  }

  /** Throws `INVALID_ARGUMENT`, or `REPUBLISH_REFUSED` when no worker takes tasks; nothing is sent then. @internal */
  static async start(
    target: RepublishTarget,
    selection: RepublishSelection,
    options: RepublishOptions,
  ): Promise<Republish> {
    checkRepublish(selection, options);
    const { topic, client, taskQueue } = target;
    if (!(await isServed(client, taskQueue))) {
      throw new EventTopicError('REPUBLISH_REFUSED', 'No worker takes activities of the task queue', {
        details: { topic, taskQueue },
        action: 'Start a worker for the topic, with its `eventLog`, or name its task queue',
      });
    }
    const { actor, reason, rate = REPUBLISH_RATE, audience = 'all' } = options;
    const republishId = randomUUID();
    const input: RepublishInput = {
      topic,
      republishId,
      selection,
      rate,
      audience,
      operator: { actor, reason },
    };
    await client.workflow.start(REPUBLISH_WORKFLOW, {
      workflowId: republishWorkflowId(topic, republishId),
      taskQueue,
      args: [input],
      staticSummary: `Sends stored events of ${topic} again, for ${audience}`,
    });
    return new Republish(target, republishId);
  }

  /** How far it has come. Needs a running worker. Throws `REPUBLISH_NOT_FOUND` when Temporal does not know it, or not any more. */
  async status(): Promise<RepublishStatus> {
    const read = await readProgress<RepublishReport, RepublishProgress>(
      this.#target.client,
      this.#workflowId,
      REPUBLISH_STATUS_QUERY,
    );
    if (read?.report === undefined) throw this.#notFound();
    const { isOpen, failure, report } = read;
    const { progress: ended, ...order } = report;
    const { place: _, isDone, ...progress } = read.progress ?? ended;
    return {
      ...order,
      ...progress,
      state: stateOf(isOpen, isDone, failure),
      ...(failure ? { failure } : {}),
    };
  }

  /**
   * Resolves when every selected event has been sent, or it was cancelled. Throws `REPUBLISH_REFUSED` when nothing was selected, and
   * `REPUBLISH_NOT_FOUND`.
   */
  async result(): Promise<RepublishStatus> {
    await this.#ended();
    const status = await this.status();
    const { state, published, refused, topic, republishId, read } = status;
    if (state !== 'done' || published + refused > 0) return status;
    throw new EventTopicError('REPUBLISH_REFUSED', 'No stored event is selected', {
      details: { topic, republishId, read },
      action: 'Nothing was sent; look at the selection',
    });
  }

  /** Ends it when what is on its way has been acknowledged, and says how far it came. Throws `REPUBLISH_NOT_FOUND`. */
  async cancel(): Promise<RepublishStatus> {
    try {
      await this.#target.client.workflow.getHandle(this.#workflowId).cancel();
    } catch (error) {
      // It has ended by itself, or has never been: the status says which.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    await this.#ended();
    return await this.status();
  }

  async #ended(): Promise<void> {
    try {
      await this.#target.client.workflow.getHandle(this.#workflowId).result();
    } catch (error) {
      if (!(error instanceof WorkflowFailedError) && !(error instanceof WorkflowNotFoundError)) throw error;
    }
  }

  get #workflowId(): string {
    return republishWorkflowId(this.#target.topic, this.republishId);
  }

  #notFound(): EventTopicError {
    return new EventTopicError('REPUBLISH_NOT_FOUND', 'Temporal knows no such republish', {
      details: { topic: this.#target.topic, republishId: this.republishId },
      action: "Look at the id; Temporal forgets what has ended after the namespace's retention",
    });
  }
}

function stateOf(
  isOpen: boolean,
  isDone: boolean,
  failure: RetriedFailure | undefined,
): RepublishStatus['state'] {
  if (isOpen) return failure ? 'failing' : 'running';
  return isDone ? 'done' : 'cancelled';
}
