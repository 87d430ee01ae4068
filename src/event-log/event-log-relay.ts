import { randomUUID } from 'node:crypto';
import {
  ActivityFailure,
  ApplicationFailure,
  WithStartWorkflowOperation,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { isServed } from '../client/is-served.ts';
import { readProgress } from '../client/read-progress.ts';
import { EventTopicError } from '../common/errors.ts';
import { relayWorkflowId } from '../common/ids.ts';
import {
  DEFAULT_TASK_QUEUE,
  FAILURE_TYPES,
  RELAY_OPENED_UPDATE,
  RELAY_SINCE_MEMO,
  RELAY_STATUS_QUERY,
  RELAY_STOP_SIGNAL,
  RELAY_WORKFLOW,
  VERIFY_WORKFLOW,
} from '../common/names.ts';
import type {
  RelayInput,
  RelayReport,
  RelaySettings,
  RelayTarget,
  VerifyReport,
} from '../common/protocol/relay.ts';
import {
  checkRelay,
  checkStart,
  checkVerify,
  type EventLogRelayOptions,
  type RelayStartOptions,
  type RelayTopic,
  settingsOf,
  type VerifyOptions,
} from './relay-options.ts';
import { type ReadRelay, type RelayStatus, toRelayStatus } from './relay-status.ts';

/**
 * Publishes what an EventLog holds for one topic, by a Temporal workflow that lives as long as it is not stopped and activities of the topic's
 * workers, which read the EventLog. This class only starts, asks and stops it; it may be used anywhere.
 */
export class EventLogRelay {
  readonly #topic: RelayTopic;
  readonly #options: EventLogRelayOptions;
  readonly #settings: RelaySettings;
  readonly #target: RelayTarget;
  readonly #workflowId: string;

  /** Throws `INVALID_RELAY` with every fault of topic and options. */
  constructor(topic: RelayTopic, options: EventLogRelayOptions) {
    checkRelay(topic, options);
    const { name, ordering, partitions } = topic;
    const { settings, taskQueue = DEFAULT_TASK_QUEUE } = options;
    this.#topic = topic;
    this.#options = options;
    this.#settings = settingsOf(options);
    this.#target = {
      ordering,
      taskQueue,
      ...(partitions === undefined ? {} : { partitions }),
      ...(settings === undefined ? {} : { settings }),
    };
    this.#workflowId = relayWorkflowId(name);
  }

  /**
   * Starts the topic's relay, or finds it running: call it at each deployment. It resolves when the relay has begun, and says where it stands.
   *
   * Throws `INVALID_RELAY` when it is called wrongly; `RELAY_REFUSED` when no worker serves the topic, the EventLog cannot be read, the checkpoint
   * is not one of its own, or a relay runs with other settings. Nothing runs then that did not run before.
   */
  async start(options: RelayStartOptions = {}): Promise<RelayStatus> {
    checkStart(this.#topic.name, options);
    await this.#refuseUnserved();
    const { isOpen, report, description } = (await this.#read()) ?? {};
    if (isOpen && report) this.#refuseOther(report);
    // Somebody else has just started it.
    else if (isOpen) await this.#opened();
    else {
      const input = this.#inputOf(options, report);
      const before = input.isResumed ? description?.memo?.[RELAY_SINCE_MEMO] : undefined;
      await this.#open(input, String(before ?? sinceOf(input)));
    }
    return await this.status();
  }

  /** How far the relay has come, how far it is behind, and what is wrong. Needs a running worker. Throws `RELAY_NOT_FOUND` when the topic has none. */
  async status(): Promise<RelayStatus> {
    const read = await this.#read();
    const status = read && toRelayStatus(read);
    if (status) return status;
    throw this.#notFound();
  }

  /**
   * Stops the relay where it is, and resolves when nothing of it runs any more. `start` goes on from there. Throws `RELAY_NOT_FOUND` when the
   * topic has none.
   */
  async stop(): Promise<RelayStatus> {
    const { workflow } = this.#options.client;
    try {
      await workflow.getHandle(this.#workflowId).signal(RELAY_STOP_SIGNAL);
      await workflow.getHandle(this.#workflowId).result();
    } catch (error) {
      // It has ended already, or has never been: the status says which.
      if (!(error instanceof WorkflowNotFoundError) && !(error instanceof WorkflowFailedError)) throw error;
    }
    return await this.status();
  }

  /**
   * Compares what the EventLog holds with what publishers were given and have published, as Temporal's histories say, and publishes nothing. It
   * reads every event stored in that time: minutes for millions. What is in flight may be a hole; compare what is older than a minute or so.
   *
   * Throws `INVALID_RELAY` when it is called wrongly; `RELAY_REFUSED` as `start` does.
   */
  async verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    checkVerify(this.#topic.name, options);
    await this.#refuseUnserved();
    const { name: topic } = this.#topic;
    try {
      const input = { topic, target: this.#target, ...options };
      const report = await this.#options.client.workflow.execute(VERIFY_WORKFLOW, {
        workflowId: `event-topic-verify/${topic}/${randomUUID()}`,
        taskQueue: this.#target.taskQueue,
        args: [input],
        staticSummary: `Compares the EventLog of ${topic} with what was published`,
      });
      return report as VerifyReport;
    } catch (error) {
      throw this.#refusalOf(error);
    }
  }

  #inputOf({ from, resume = true }: RelayStartOptions, report: RelayReport | undefined): RelayInput {
    const { name: topic } = this.#topic;
    const common = { topic, mode: this.#options.mode, target: this.#target, settings: this.#settings };
    if (report === undefined || !resume) {
      if (from) return { ...common, from };
      throw this.#refused('The topic has had no relay, so it does not know where to begin', {
        action: "Give start() a `from`: 'beginning', 'end' or { checkpoint }",
      });
    }
    const { checkpoint, totals, eventLog } = report;
    const state = { totals, eventLog, ...(checkpoint === undefined ? {} : { checkpoint }) };
    return {
      ...common,
      from: checkpoint === undefined ? 'beginning' : { checkpoint },
      state,
      isResumed: true,
    };
  }

  async #open(input: RelayInput, since: string): Promise<void> {
    const startWorkflowOperation = new WithStartWorkflowOperation(RELAY_WORKFLOW, {
      workflowId: this.#workflowId,
      taskQueue: this.#target.taskQueue,
      args: [input],
      memo: { [RELAY_SINCE_MEMO]: since },
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: `Publishes what is stored for ${input.topic} (${input.mode})`,
    });
    try {
      const { workflow } = this.#options.client;
      await workflow.executeUpdateWithStart(RELAY_OPENED_UPDATE, { startWorkflowOperation });
    } catch (error) {
      throw this.#refusalOf(error);
    }
  }

  async #refuseUnserved(): Promise<void> {
    const { taskQueue } = this.#target;
    if (await isServed(this.#options.client, taskQueue)) return;
    throw this.#refused('No worker takes activities of the task queue', {
      details: { taskQueue },
      action: 'Start a worker for the topic, with its `eventLog`, or name its task queue',
    });
  }

  #read(): Promise<ReadRelay | undefined> {
    return readProgress(this.#options.client, this.#workflowId, RELAY_STATUS_QUERY);
  }

  async #opened(): Promise<void> {
    try {
      await this.#options.client.workflow.getHandle(this.#workflowId).executeUpdate(RELAY_OPENED_UPDATE);
    } catch (error) {
      throw this.#refusalOf(error);
    }
  }

  #refuseOther(report: RelayReport): void {
    const { mode, target } = this.#inputOf({}, report);
    // One that an earlier version started knows fewer settings.
    const known = Object.keys(report.settings);
    const settings = Object.fromEntries(
      Object.entries(this.#settings).filter(([key]) => known.includes(key)),
    );
    const differ = Object.entries({ mode, settings, target }).filter(
      ([key, value]) => canonical(report[key as keyof RelayReport]) !== canonical(value),
    );
    if (differ.length === 0) return;
    throw this.#refused("The topic's relay runs with other settings", {
      details: { differ: differ.map(([key]) => key).join(',') },
      action: 'stop() it first: the new one goes on where it stood',
    });
  }

  #refusalOf(error: unknown): unknown {
    const isOfWorkflow = error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError;
    if (!isOfWorkflow) return error;
    const cause = error.cause instanceof ActivityFailure ? error.cause.cause : error.cause;
    const isRefusal = cause instanceof ApplicationFailure && cause.type === FAILURE_TYPES.refused;
    return this.#refused(cause?.message ?? error.message, isRefusal ? {} : { cause: error });
  }

  #refused(fact: string, options: ConstructorParameters<typeof EventTopicError>[2]): EventTopicError {
    const details = { topic: this.#topic.name, ...options?.details };
    return new EventTopicError('RELAY_REFUSED', fact, { ...options, details });
  }

  #notFound(): EventTopicError {
    return new EventTopicError('RELAY_NOT_FOUND', 'The topic has no relay', {
      details: { topic: this.#topic.name, workflowId: this.#workflowId },
      action: 'start() it',
    });
  }
}

/** What the topic publishes: everything that is stored, or what is stored from now on. */
function sinceOf({ from }: RelayInput): string {
  return new Date(from === 'beginning' ? 0 : Date.now()).toISOString();
}

/** JSON has no order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
