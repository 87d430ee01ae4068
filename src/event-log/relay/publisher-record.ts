import { type Client, isGrpcServiceError } from '@temporalio/client';
import { decodeFirst } from '../../client/decode-payload.ts';
import { isRecord } from '../../common/arguments.ts';
import { PUBLISH_SIGNAL } from '../../common/names.ts';
import type { Operation } from '../../common/protocol/operate.ts';

/** What the histories of one publisher workflow say of the messages that were looked for. */
export interface PublisherRecord {
  /** msgIds that it was given, but for those that were lost because somebody terminated it. */
  readonly accepted: ReadonlySet<string>;
  /** msgIds of which SNS has acknowledged the event, or its dead letter. */
  readonly published: ReadonlySet<string>;
  /** msgIds that an operator has dropped. */
  readonly skipped: ReadonlySet<string>;
}

export interface RecordRequest {
  readonly workflowId: string;
  /** Messages that are looked for: reading ends when all of them are found. */
  readonly msgIds: ReadonlySet<string>;
  /** Nothing before this time is read: milliseconds since 1970. */
  readonly since: number;
  readonly signal: AbortSignal;
}

type Service = Client['workflowService'];
type Page = Awaited<ReturnType<Service['getWorkflowExecutionHistoryReverse']>>;
type HistoryEvent = NonNullable<NonNullable<Page['history']>['events']>[number];
type Payloads = NonNullable<HistoryEvent['workflowExecutionSignaledEventAttributes']>['input'];

const PAGE_EVENTS = 200;
/** gRPC's code. */
const NOT_FOUND = 5;

/**
 * Reads in Temporal what a publisher was given and has published, the newest first. Signals and results stand in its history whatever became
 * of the publisher since; reading them asks no worker, is no action of Temporal's, and is never late.
 */
export async function readRecord(client: Client, request: RecordRequest): Promise<PublisherRecord> {
  const reading = new Reading(client, request);
  await reading.readRuns();
  return reading;
}

class Reading implements PublisherRecord {
  readonly accepted = new Set<string>();
  readonly published = new Set<string>();
  readonly skipped = new Set<string>();
  readonly #client: Client;
  readonly #request: RecordRequest;
  readonly #left: Set<string>;
  readonly #seenRuns = new Set<string>();
  /** Nobody will publish what the runs that are being read accepted and did not publish. */
  #isLost = false;
  /** Earlier than what is asked for. */
  #isPast = false;

  constructor(client: Client, request: RecordRequest) {
    this.#client = client;
    this.#request = request;
    this.#left = new Set(request.msgIds);
  }

  /** The latest run and those that it continues; then those of earlier openings, of which only Temporal's list knows. */
  async readRuns(): Promise<void> {
    const exists = await this.#readChain(undefined);
    if (!exists || this.#isDone) return;
    const id = this.#request.workflowId.replaceAll("'", "''");
    const since = new Date(this.#request.since).toISOString();
    const query = `WorkflowId = '${id}' AND (ExecutionStatus = 'Running' OR CloseTime > '${since}')`;
    for await (const { runId } of this.#client.workflow.list({ query })) {
      if (!this.#seenRuns.has(runId)) await this.#readChain(runId);
      if (this.#isDone) return;
    }
  }

  get #isDone(): boolean {
    return this.#left.size === 0 || this.#isPast || this.#request.signal.aborted;
  }

  /** False when there is no such run. */
  async #readChain(latest: string | undefined): Promise<boolean> {
    let next: { readonly runId: string | undefined } | undefined = { runId: latest };
    let exists = false;
    this.#isLost = false;
    while (next && !this.#isDone) {
      const read = await this.#readRun(next.runId);
      exists ||= read !== undefined;
      next = read?.continues && !this.#seenRuns.has(read.continues) ? { runId: read.continues } : undefined;
    }
    return exists;
  }

  /** Says which run it continues, when that may tell more. Undefined when there is no such run. */
  async #readRun(runId: string | undefined): Promise<{ readonly continues?: string } | undefined> {
    if (runId !== undefined) this.#seenRuns.add(runId);
    let nextPageToken: Page['nextPageToken'] | undefined;
    do {
      const page: Page | undefined = await this.#fetch(runId, nextPageToken);
      if (page === undefined) return undefined;
      const events = page.history?.events ?? [];
      if (nextPageToken === undefined && events.slice(0, 1).some(isLoss)) this.#isLost = true;
      const end = await this.#readEvents(events);
      if (end) return end;
      ({ nextPageToken } = page);
    } while (nextPageToken?.length);
    return {};
  }

  /** Undefined when the run goes on before them. */
  async #readEvents(events: readonly HistoryEvent[]): Promise<{ readonly continues?: string } | undefined> {
    for (const event of events) {
      const started = event.workflowExecutionStartedEventAttributes;
      if (started) {
        const { originalExecutionRunId, continuedExecutionRunId } = started;
        if (originalExecutionRunId) this.#seenRuns.add(originalExecutionRunId);
        return continuedExecutionRunId ? { continues: continuedExecutionRunId } : {};
      }
      await this.#take(event);
      this.#isPast = millis(event.eventTime) < this.#request.since;
      if (this.#isDone) return {};
    }
    return undefined;
  }

  async #fetch(
    runId: string | undefined,
    nextPageToken: Page['nextPageToken'] | undefined,
  ): Promise<Page | undefined> {
    const { workflowService, options } = this.#client;
    try {
      return await workflowService.getWorkflowExecutionHistoryReverse({
        namespace: options.namespace,
        execution: { workflowId: this.#request.workflowId, ...(runId ? { runId } : {}) },
        maximumPageSize: PAGE_EVENTS,
        ...(nextPageToken ? { nextPageToken } : {}),
      });
    } catch (error) {
      if (isGrpcServiceError(error) && error.code === NOT_FOUND) return undefined;
      throw error;
    }
  }

  async #take(event: HistoryEvent): Promise<void> {
    const signaled = event.workflowExecutionSignaledEventAttributes;
    if (signaled?.signalName === PUBLISH_SIGNAL && !this.#isLost)
      this.#found(this.accepted, msgIdsOfSignal(await this.#decode(signaled.input)));
    const updated = event.workflowExecutionUpdateCompletedEventAttributes?.outcome?.success;
    if (updated) this.#found(this.skipped, msgIdsSkipped(await this.#decode(updated)));
    const completed = event.activityTaskCompletedEventAttributes;
    if (completed) this.#found(this.published, msgIdsOfResult(await this.#decode(completed.result)));
  }

  #found(where: Set<string>, msgIds: readonly string[]): void {
    for (const msgId of msgIds) {
      if (!this.#request.msgIds.has(msgId)) continue;
      where.add(msgId);
      this.#left.delete(msgId);
    }
  }

  #decode(input: Payloads): Promise<unknown> {
    return decodeFirst(this.#client, input?.payloads);
  }
}

// A signal may have been sent by hand: anything may stand in it.
function msgIdsOfSignal(signal: unknown): readonly string[] {
  const entries = isRecord(signal) && Array.isArray(signal['entries']) ? signal['entries'] : [];
  return entries.flatMap((entry) => {
    const msgId: unknown = entry?.message?.meta?.msgId;
    return typeof msgId === 'string' ? [msgId] : [];
  });
}

/**
 * An operator's update answers with the status, and that says what was done to which event. A skip at a gap is done to none: the event that its request
 * names is the one behind the gap, and is published.
 */
function msgIdsSkipped(status: unknown): readonly string[] {
  const operations = isRecord(status) && Array.isArray(status['operations']) ? status['operations'] : [];
  return (operations as readonly Operation[]).flatMap(({ operation, msgId }) =>
    operation === 'skip' && msgId ? [msgId] : [],
  );
}

function isLoss(event: HistoryEvent): boolean {
  return Boolean(
    event.workflowExecutionTerminatedEventAttributes ??
      event.workflowExecutionFailedEventAttributes ??
      event.workflowExecutionTimedOutEventAttributes ??
      event.workflowExecutionCanceledEventAttributes,
  );
}

/** Of a publish activity; the results of others have no outcomes. */
function msgIdsOfResult(result: unknown): readonly string[] {
  const outcomes = isRecord(result) && Array.isArray(result['outcomes']) ? result['outcomes'] : [];
  return outcomes.flatMap(({ receipts }) => receipts.map(({ msgId }: { msgId: string }) => msgId));
}

function millis(time: HistoryEvent['eventTime']): number {
  return Number(time?.seconds ?? 0) * 1_000 + Math.floor((time?.nanos ?? 0) / 1e6);
}
