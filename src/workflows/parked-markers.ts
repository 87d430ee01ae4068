import {
  defineSignal,
  getExternalWorkflowHandle,
  log,
  startChild,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { PARKED_WORKFLOW, UNPARKED_SIGNAL } from '../common/names.ts';
import type { ParkedEvent, ParkedMarker, ParkedMemo } from '../common/protocol/parked.ts';

const unparkedSignal = defineSignal(UNPARKED_SIGNAL);
// Temporal refuses summaries of more than 400 bytes; an aggregate id may be much longer.
const MAX_SUMMARY_LENGTH = 100;

/** Keeps one marker workflow open for each parked aggregate of a publisher. */
export class ParkedMarkers {
  readonly #topic: string;
  readonly #open: Map<string, ParkedMarker>;
  /** By workflow id: the markers that this run opens, until they are open. */
  readonly #starting = new Map<string, Promise<void>>();
  readonly #onParked: (event: ParkedEvent) => void;
  #changes = 0;

  constructor(
    topic: string,
    {
      open = [],
      onParked,
    }: {
      /** Markers that an earlier run opened. */
      readonly open: readonly ParkedMarker[] | undefined;
      readonly onParked: (event: ParkedEvent) => void;
    },
  ) {
    this.#topic = topic;
    this.#open = new Map(open.map((marker) => [marker.id, marker]));
    this.#onParked = onParked;
  }

  /** A marker is being opened or closed: the run may not end now. */
  get isBusy(): boolean {
    return this.#changes > 0;
  }

  /** Each parked aggregate has its marker, and no other has one. */
  isInSync(parked: ReadonlyMap<string, ParkedEvent>): boolean {
    const isOver = [...this.#open.values()].some((marker) => !isSame(marker, parked.get(marker.id)));
    return !isOver && [...parked.keys()].every((id) => this.#open.has(id));
  }

  /** What the next run has to know. */
  snapshot(): readonly ParkedMarker[] {
    return [...this.#open.values()];
  }

  /** Opens the markers that are missing, and closes those that are over. Does not wait for it. */
  sync(parked: ReadonlyMap<string, ParkedEvent>): void {
    for (const marker of this.#open.values()) {
      if (!isSame(marker, parked.get(marker.id))) void this.#count(this.#close(marker));
    }
    for (const [id, event] of parked) {
      if (!this.#open.has(id)) void this.#count(this.#mark(id, event));
    }
  }

  async #mark(id: string, event: ParkedEvent): Promise<void> {
    const { msgId, since, code } = event;
    // The reason stands on the status: it may quote the event, and a log must not.
    log.warn('An aggregate is parked', { topic: this.#topic, id, msgId, code });
    this.#onParked(event);
    const marker = { id, workflowId: `event-topic-parked/${this.#topic}/${uuid4()}`, msgId, since };
    this.#open.set(id, marker);
    const starting = this.#start(marker, event);
    this.#starting.set(marker.workflowId, starting);
    await starting;
    this.#starting.delete(marker.workflowId);
  }

  async #start({ id, workflowId }: ParkedMarker, event: ParkedEvent): Promise<void> {
    const { msgId, code, reason, since } = event;
    const publisher = workflowInfo().workflowId;
    const memo: ParkedMemo = {
      eventTopicParked: { topic: this.#topic, id, msgId, code, reason, since, publisher },
    };
    try {
      await startChild<() => Promise<void>>(PARKED_WORKFLOW, {
        workflowId,
        args: [],
        memo: { ...memo },
        // It outlives the run that opened it: the publisher continues as new.
        parentClosePolicy: 'ABANDON',
        cancellationType: 'ABANDON',
        staticSummary: `${this.#topic} ${id} is parked`.slice(0, MAX_SUMMARY_LENGTH),
      });
    } catch (error) {
      log.warn('A parked aggregate could not be marked: it is missing in lists', { id, error });
    }
  }

  async #close({ id, workflowId, msgId, since }: ParkedMarker): Promise<void> {
    log.info('An aggregate goes on', { topic: this.#topic, id, msgId, since });
    this.#open.delete(id);
    // A signal to a marker that is not open yet would be lost, and the marker would stay open for ever.
    await this.#starting.get(workflowId);
    try {
      await getExternalWorkflowHandle(workflowId).signal(unparkedSignal);
    } catch (error) {
      log.warn('The marker of a parked aggregate was closed by somebody else', { id, error });
    }
  }

  async #count(change: Promise<void>): Promise<void> {
    this.#changes += 1;
    await change;
    this.#changes -= 1;
  }
}

function isSame(marker: ParkedMarker, parked: ParkedEvent | undefined): boolean {
  return parked !== undefined && parked.msgId === marker.msgId && parked.since === marker.since;
}
