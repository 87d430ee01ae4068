import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { EventTopicError } from '../../common/errors.ts';
import { layoutWorkflowId } from '../../common/ids.ts';
import { LAYOUT_PARTITIONS_MEMO, LAYOUT_WORKFLOW, PUBLISHER_WORKFLOW } from '../../common/names.ts';
import type { EventTopicDefinition } from '../../event-topic.ts';

export interface LayoutOptions {
  readonly client: Client;
  readonly taskQueue: string;
}

/**
 * Keeps clients with different numbers of partitions from publishing to one topic: an aggregate would have two publishers,
 * and its order would be lost. The number is recorded by a workflow that is open as long as the topic has partitions.
 */
export class Layout {
  readonly #topic: Pick<EventTopicDefinition, 'name' | 'partitions'>;
  readonly #options: LayoutOptions;
  #checked: Promise<void> | undefined;

  constructor(topic: Pick<EventTopicDefinition, 'name' | 'partitions'>, options: LayoutOptions) {
    this.#topic = topic;
    this.#options = options;
  }

  /** Asks Temporal once. Throws `PARTITIONS_CHANGED` when the topic has another number of partitions. */
  check(): Promise<void> {
    this.#checked ??= this.#check().catch((error: unknown) => {
      this.#checked = undefined;
      throw error;
    });
    return this.#checked;
  }

  async #check(): Promise<void> {
    const { partitions } = this.#topic;
    const recorded = await this.#read();
    // A topic that never had partitions has nothing to look for.
    if (recorded === partitions || (recorded === 'never' && partitions === undefined)) return;
    if (typeof recorded === 'number') throw this.#changed({ recorded });
    await this.#refuseOpenPublishers();
    if (partitions !== undefined) await this.#record();
  }

  /** The number of partitions; `ended` when the record was, so that the number can be changed. */
  async #read(): Promise<number | 'ended' | 'never'> {
    const handle = this.#options.client.workflow.getHandle(layoutWorkflowId(this.#topic.name));
    try {
      const { status, memo } = await handle.describe();
      return status.name === 'RUNNING' ? Number(memo?.[LAYOUT_PARTITIONS_MEMO]) : 'ended';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'never';
      throw error;
    }
  }

  async #record(): Promise<void> {
    const { name, partitions } = this.#topic;
    const { client, taskQueue } = this.#options;
    try {
      await client.workflow.start(LAYOUT_WORKFLOW, {
        workflowId: layoutWorkflowId(name),
        taskQueue,
        memo: { [LAYOUT_PARTITIONS_MEMO]: partitions },
        staticSummary: `${name} has ${partitions} partitions`,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      // Another client was quicker: it may have another number.
      const recorded = await this.#read();
      if (recorded !== partitions) throw this.#changed({ recorded });
    }
  }

  /** Publishers of another layout may still have events of these aggregates. */
  async #refuseOpenPublishers(): Promise<void> {
    const { name, partitions } = this.#topic;
    const ofPartitions = `event-topic-partition/${name}/`;
    const ids = [`event-topic/${name}/`, ofPartitions];
    const query = [
      `WorkflowType = '${PUBLISHER_WORKFLOW}' AND ExecutionStatus = 'Running'`,
      `(${ids.map((id) => `WorkflowId STARTS_WITH '${id}'`).join(' OR ')})`,
    ].join(' AND ');
    for await (const { workflowId } of this.#options.client.workflow.list({ query })) {
      // The record of this very number may have been lost.
      const isOurs = workflowId.startsWith(ofPartitions)
        ? workflowId.endsWith(`-of-${partitions}`)
        : partitions === undefined;
      if (!isOurs) throw this.#changed({ open: workflowId });
    }
  }

  #changed(facts: {
    readonly recorded?: number | 'ended' | 'never';
    readonly open?: string;
  }): EventTopicError {
    const { name, partitions } = this.#topic;
    return new EventTopicError(
      'PARTITIONS_CHANGED',
      'The topic is published with another number of partitions',
      {
        details: {
          topic: name,
          partitions: partitions ?? 'none',
          recorded: facts.recorded,
          open: facts.open,
        },
        action: 'Use the number that is recorded, or change it as docs/guides/partitions.md says',
      },
    );
  }
}
