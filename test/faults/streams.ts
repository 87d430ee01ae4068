import { messageDeduplicationId, messageGroupId } from '../../src/common/ids.ts';
import type { EventMessage } from '../../src/common/message.ts';
import type { QueryEntry } from './sns-query.ts';

/** Where an event belongs. */
export interface Place {
  /** `<topic>/<aggregate id>` */
  readonly aggregate: string;
  /** 0 for the aggregate's first event. */
  readonly index: number;
  readonly msgId: string;
}

/** Every event that a workload publishes, per aggregate, in order, and what collectors must receive of it. */
export class Streams {
  readonly #isFifo: boolean;
  readonly #streams = new Map<string, EventMessage[]>();
  readonly #received = new Map<string, EventMessage[]>();
  readonly #places = new Map<string, Place>();
  #length = 0;
  #receivedLength = 0;

  constructor({ isFifo }: { readonly isFifo: boolean }) {
    this.#isFifo = isFifo;
  }

  /** Events of all aggregates. */
  get length(): number {
    return this.#length;
  }

  /** Events that collectors must receive. */
  get receivedLength(): number {
    return this.#receivedLength;
  }

  get byAggregate(): ReadonlyMap<string, readonly EventMessage[]> {
    return this.#streams;
  }

  /** What collectors must receive. */
  get received(): ReadonlyMap<string, readonly EventMessage[]> {
    return this.#received;
  }

  /** Collectors are to receive the message, or another one in its place, or none: `null`. */
  add(topic: string, message: EventMessage, received: EventMessage | null = message): void {
    const { msgId } = message.meta;
    const aggregate = `${topic}/${message.id}`;
    const stream = append(this.#streams, aggregate, message);
    this.#places.set(msgId, { aggregate, index: stream.length - 1, msgId });
    this.#length += 1;
    if (received === null) return;
    append(this.#received, aggregate, received);
    this.#receivedLength += 1;
  }

  /** The event of an entry on its way to SNS. Throws for one that nobody published, or in a foreign group. */
  placeOf({ body, groupId, deduplicationId }: QueryEntry): Place {
    const { id, meta } = JSON.parse(body) as EventMessage;
    const place = this.#places.get(meta.msgId);
    if (place === undefined) throw new Error(`Nobody published ${meta.msgId}`);
    const ids = this.#isFifo ? [messageGroupId(id), messageDeduplicationId(meta.msgId)] : ['', ''];
    if (!place.aggregate.endsWith(`/${id}`) || ids[0] !== groupId || ids[1] !== deduplicationId) {
      throw new Error(`${place.msgId} is in the group "${groupId}" as "${deduplicationId}"`);
    }
    return place;
  }
}

function append(
  streams: Map<string, EventMessage[]>,
  aggregate: string,
  message: EventMessage,
): EventMessage[] {
  const stream = streams.get(aggregate) ?? [];
  streams.set(aggregate, stream);
  stream.push(message);
  return stream;
}
