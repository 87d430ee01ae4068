import { messageDeduplicationId, messageGroupId } from '../../src/common/ids.ts';
import type { EventMessage } from '../../src/common/message.ts';

/** Where an event belongs. */
export interface Place {
  /** `<topic>/<aggregate id>` */
  readonly aggregate: string;
  /** 0 for the aggregate's first event. */
  readonly index: number;
  readonly msgId: string;
}

/** Every event that the driver publishes, per aggregate, in order: what collectors must receive. */
export class Streams {
  readonly #streams = new Map<string, EventMessage[]>();
  readonly #places = new Map<string, Place>();
  #length = 0;

  /** Events of all aggregates. */
  get length(): number {
    return this.#length;
  }

  get byAggregate(): ReadonlyMap<string, readonly EventMessage[]> {
    return this.#streams;
  }

  add(topic: string, message: EventMessage): void {
    const { msgId } = message.meta;
    const aggregate = `${topic}/${message.id}`;
    const stream = this.#streams.get(aggregate) ?? [];
    this.#streams.set(aggregate, stream);
    this.#places.set(messageDeduplicationId(msgId), { aggregate, index: stream.length, msgId });
    stream.push(message);
    this.#length += 1;
  }

  /** The event of an entry on its way to SNS. Throws for one that nobody published, or in a foreign group. */
  placeOf({ groupId, deduplicationId }: { groupId: string; deduplicationId: string }): Place {
    const place = this.#places.get(deduplicationId);
    if (place === undefined) throw new Error(`Nobody published ${deduplicationId}`);
    const id = place.aggregate.slice(place.aggregate.indexOf('/') + 1);
    if (messageGroupId(id) !== groupId) throw new Error(`${place.msgId} is in the group ${groupId}`);
    return place;
  }
}
