import { describe, expect, it } from 'vitest';
import type { EventPublisher, PublishResult } from '../../../../src/activities/event-publisher.ts';
import { InMemoryPublisher } from '../../../../src/activities/publishers/in-memory-publisher.ts';
import type { EventMessage } from '../../../../src/common/message.ts';
import type { PublishEntry } from '../../../../src/common/protocol/entry.ts';
import {
  eventPublisherContract,
  type PublisherFeatures,
  type PublisherRig,
} from '../../../../src/testing/index.ts';

const features: PublisherFeatures = {
  dropsRepeatedMsgIds: true,
  keepsOrder: true,
  sameAggregateBatching: false,
  wireFormat: false,
  messageGroups: false,
  remote: false,
};

/** A publisher to memory with one fault. */
class FaultyPublisher implements EventPublisher {
  readonly maxBatchEntries: number = 10;
  readonly memory = new InMemoryPublisher();

  publish(topic: string, entries: readonly PublishEntry[]): Promise<readonly PublishResult[]> {
    return this.memory.publish(topic, entries);
  }

  get arrived(): readonly EventMessage[] {
    return this.memory.messages;
  }

  describe(): string {
    return 'faulty';
  }
}

class TakesNothing extends FaultyPublisher {
  override readonly maxBatchEntries = 0;
}

class BatchesAggregates extends FaultyPublisher {
  readonly sameAggregateBatching = true;
}

class MixesReceiptsUp extends FaultyPublisher {
  override async publish(topic: string, entries: readonly PublishEntry[]) {
    return [...(await super.publish(topic, entries))].reverse();
  }
}

class LosesTheLast extends FaultyPublisher {
  override get arrived() {
    return super.arrived.slice(0, Math.max(1, super.arrived.length - 1));
  }
}

class ChangesMessages extends FaultyPublisher {
  override get arrived() {
    return super.arrived.map((message) => ({ ...message, meta: { ...message.meta, user: 'me' } }));
  }
}

class RefusesRepeats extends FaultyPublisher {
  override async publish(topic: string, entries: readonly PublishEntry[]) {
    const known = new Set(this.memory.messages.map(({ meta }) => meta.msgId));
    const failure = { kind: 'event', code: 'Repeated', reason: 'known' } as const;
    return (await super.publish(topic, entries)).map((result, index) =>
      known.has(entries[index]?.message.meta.msgId ?? '') ? { ok: false as const, failure } : result,
    );
  }
}

class DeliversTwice extends FaultyPublisher {
  override get arrived() {
    return super.arrived.flatMap((message) => [message, message]);
  }
}

class ReversesOrder extends FaultyPublisher {
  override get arrived() {
    return [...super.arrived].reverse();
  }
}

async function failuresOf(create: () => FaultyPublisher, declared = features): Promise<readonly string[]> {
  const failed: string[] = [];
  const rig = async (): Promise<PublisherRig> => {
    const publisher = create();
    return { publisher, received: async () => publisher.arrived.map((message) => ({ message })) };
  };
  for (const { title, run } of eventPublisherContract({ features: declared, create: rig }))
    await run().catch(() => failed.push(title));
  return failed;
}

describe('the contract of EventPublisher', () => {
  it('is kept by a publisher without a fault', async () => {
    expect(await failuresOf(() => new FaultyPublisher())).toEqual([]);
  });

  it.each([
    [TakesNothing, 'takes at least one event per call'],
    [
      BatchesAggregates,
      'says whether events of one aggregate may share a call, unless the user says otherwise',
    ],
    [MixesReceiptsUp, 'gives one receipt per event, in the order of the events'],
    [LosesTheLast, 'delivers the messages as they were published'],
    [LosesTheLast, 'gives one receipt per event, and delivers it, when events of one aggregate share a call'],
    [ChangesMessages, 'delivers an event discriminated by type'],
    [RefusesRepeats, 'acknowledges an event that it has already published'],
    [DeliversTwice, 'does not deliver an event twice'],
    [ReversesOrder, 'delivers the events of an aggregate in their order'],
    [ReversesOrder, 'delivers the events of an aggregate that share a call in their order'],
  ])('is broken by %o: %s', async (Publisher, title) => {
    expect(await failuresOf(() => new Publisher())).toContain(title);
  });

  it('wants of the wire format, and of a remote system, only what is declared', async () => {
    const failed = await failuresOf(() => new FaultyPublisher(), {
      ...features,
      wireFormat: true,
      remote: true,
    });
    expect(failed).toContain('writes the wire format for an event discriminated by type');
    expect(failed).toContain('says that trying again may help when the system is not there');
  });

  it('makes a rig for each test, and closes it whatever the outcome', async () => {
    let open = 0;
    let made = 0;
    const create = async (): Promise<PublisherRig> => {
      open += 1;
      made += 1;
      const publisher = new InMemoryPublisher();
      const close = async (): Promise<void> => {
        open -= 1;
      };
      return { publisher, received: async () => [], close };
    };
    const tests = eventPublisherContract({ features, create });
    expect(made).toBe(0);
    await Promise.allSettled(tests.map(({ run }) => run()));
    expect({ open, made }).toEqual({ open: 0, made: tests.length });
  });
});
