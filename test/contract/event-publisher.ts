import { beforeEach, describe, expect, it } from 'vitest';
import type { EventPublisher, PublishResult } from '../../src/activities/event-publisher.ts';
import type { EventMessage } from '../../src/common/message.ts';
import type { PublishEntry } from '../../src/common/publisher-protocol.ts';
import { toWireMessage, type WireMessage } from '../../src/common/wire-format.ts';
import { customerEntry, msgIdsOf } from '../support/messages.ts';
import { messageVectors } from '../support/vectors.ts';

/** What a publisher promises beyond the port. */
export interface PublisherFeatures {
  /** An event whose msgId was published before is not delivered again. */
  readonly dropsRepeatedMsgIds: boolean;
  /** Events of an aggregate arrive in the order of publication. */
  readonly keepsOrder: boolean;
  /** Where the user says nothing, events of one aggregate may share a call. Only without `keepsOrder`. */
  readonly sameAggregateBatching: boolean;
  /** What arrives has the body and attributes of the wire format. */
  readonly wireFormat: boolean;
  /** It has MessageGroupId and MessageDeduplicationId too. */
  readonly messageGroups: boolean;
  /** It talks to a system that may be slow, gone, or without the topic. */
  readonly remote: boolean;
}

/** A publisher with a target of its own. */
export interface PublisherRig {
  readonly publisher: EventPublisher;
  /** What has arrived since the last call, oldest first. */
  received(): Promise<readonly ReceivedMessage[]>;
  /** A publisher of the same kind whose system is not there. Needed when `remote`. */
  readonly unreachable?: EventPublisher;
  /** A publisher of the same kind whose system takes requests and never answers. Needed when `remote`. */
  readonly unanswered?: EventPublisher;
  /** A publisher of the same kind whose topic does not exist. Needed when `remote`. */
  readonly withoutTopic?: EventPublisher;
  /** An event of the aggregate `refused` that the system takes under no circumstances. Needed when `remote`. */
  readonly refused?: PublishEntry;
}

export interface ReceivedMessage {
  readonly message: EventMessage;
  /** The message as it travelled; present with the feature `wireFormat`. */
  readonly wire?: WireMessage;
  /** Present with the feature `messageGroups`. */
  readonly messageGroupId?: string;
  readonly messageDeduplicationId?: string;
}

export interface PublisherSetup {
  readonly features: PublisherFeatures;
  /** Called before each test. */
  create(): Promise<PublisherRig>;
}

const never = new AbortController().signal;

/** What every EventPublisher keeps. Run it on yours: `describeEventPublisher('MyPublisher', { features, create })`. */
export function describeEventPublisher(name: string, { features, create }: PublisherSetup): void {
  describe(name, () => {
    let rig: PublisherRig;
    const publish = (entries: readonly PublishEntry[]): Promise<readonly PublishResult[]> =>
      rig.publisher.publish('Customer', entries, never);

    beforeEach(async () => {
      rig = await create();
    });

    it('says where it publishes to', () => {
      expect(rig.publisher.describe()).toMatch(/\S/);
    });

    it('takes at least one event per call', () => {
      expect(Number.isInteger(rig.publisher.maxBatchEntries)).toBe(true);
      expect(rig.publisher.maxBatchEntries).toBeGreaterThanOrEqual(1);
    });

    it('says whether events of one aggregate may share a call, unless the user says otherwise', () => {
      const { sameAggregateBatching = false } = rig.publisher;

      expect(sameAggregateBatching).toBe(features.sameAggregateBatching);
      expect(features.sameAggregateBatching && features.keepsOrder).toBe(false);
    });

    it('gives one receipt per event, in the order of the events', async () => {
      const entries = ofDifferentAggregates(rig.publisher.maxBatchEntries);
      const receipts = receiptsOf(await publish(entries));

      expect(receipts.map(({ msgId }) => msgId)).toEqual(msgIdsOf(entries));
      expect(receipts.every(({ snsMessageId }) => snsMessageId !== '')).toBe(true);
      expect(new Set(receipts.map(({ snsMessageId }) => snsMessageId)).size).toBe(entries.length);
    });

    it('delivers the messages as they were published', async () => {
      const entries = ofDifferentAggregates(rig.publisher.maxBatchEntries);
      await publish(entries);

      expect(byMsgId(await rig.received())).toEqual(byMsgId(entries));
    });

    it('gives one receipt per event, and delivers it, when events of one aggregate share a call', async () => {
      const entries = ofTwoAggregates(rig.publisher.maxBatchEntries);
      const receipts = receiptsOf(await publish(entries));

      expect(receipts.map(({ msgId }) => msgId)).toEqual(msgIdsOf(entries));
      expect(byMsgId(await rig.received())).toEqual(byMsgId(entries));
    });

    it.each(messageVectors())('delivers $title', async ({ message, eventType }) => {
      await publish([{ message, ...(eventType === null ? {} : { eventType }) }]);

      expect((await rig.received()).map((received) => received.message)).toEqual([message]);
    });

    it('acknowledges an event that it has already published', async () => {
      const entry = customerEntry(1);
      receiptsOf(await publish([entry]));
      const [receipt] = receiptsOf(await publish([entry]));

      expect(receipt?.msgId).toBe('m-1');
    });

    if (features.dropsRepeatedMsgIds)
      it('does not deliver an event twice', async () => {
        await publish([customerEntry(1)]);
        await publish([customerEntry(1)]);
        await publish([customerEntry(2)]);
        await publish([customerEntry(1)]);

        expect((await rig.received()).map(({ message }) => message.meta.msgId)).toEqual(['m-1', 'm-2']);
      });

    if (features.keepsOrder)
      it('delivers the events of an aggregate in their order', async () => {
        for (let number = 1; number <= 12; number += 1) await publish([customerEntry(number)]);

        expect((await rig.received()).map(({ message }) => message.meta.msgId)).toEqual(
          Array.from({ length: 12 }, (_, index) => `m-${index + 1}`),
        );
      });

    if (features.keepsOrder)
      it('delivers the events of an aggregate that share a call in their order', async () => {
        const entries = ofTwoAggregates(rig.publisher.maxBatchEntries);
        await publish(entries);
        const received = (await rig.received()).map(({ message }) => message);

        for (const id of ['C-1', 'C-2'])
          expect(received.filter((message) => message.id === id)).toEqual(
            entries.map(({ message }) => message).filter((message) => message.id === id),
          );
      });

    it.each([
      ['a space', 'customer 1'],
      ['an emoji', '😀'],
      ['5,000 characters', 'x'.repeat(5_000)],
    ])('takes aggregate ids and msgIds with %s', async (_what, id) => {
      const entry = customerEntry(1, { id, msgId: id });
      const [receipt] = receiptsOf(await publish([entry]));

      expect(receipt?.msgId).toBe(id);
      expect((await rig.received()).map(({ message }) => message)).toEqual([entry.message]);
    });

    if (features.wireFormat) describeWireFormat(() => rig, features);
    if (features.remote) describeRemote(() => rig);
  });
}

function describeWireFormat(rig: () => PublisherRig, { messageGroups }: PublisherFeatures): void {
  it.each(messageVectors())('writes the wire format for $title', async (vector) => {
    const { message, eventType, body, attributes } = vector;
    const entry = { message, ...(eventType === null ? {} : { eventType }) };
    await rig().publisher.publish(vector.topic, [entry], never);
    const [received] = await rig().received();

    expect(received?.wire).toEqual({ body, attributes });
    expect(received?.messageGroupId).toBe(messageGroups ? vector.messageGroupId : undefined);
    expect(received?.messageDeduplicationId).toBe(messageGroups ? vector.messageDeduplicationId : undefined);
  });

  it('writes the wire format of each event of a batch', async () => {
    const entries = ofDifferentAggregates(rig().publisher.maxBatchEntries);
    await rig().publisher.publish('Customer', entries, never);
    const bodies = (await rig().received()).map(({ wire }) => wire?.body);

    expect(bodies.toSorted()).toEqual(
      entries.map((entry) => toWireMessage('Customer', entry).body).toSorted(),
    );
  });
}

function describeRemote(rig: () => PublisherRig): void {
  const entries = ofDifferentAggregates(2);

  it('gives up a request whose signal is aborted, and says that trying again may help', async () => {
    const results = await rig().publisher.publish('Customer', entries, AbortSignal.abort());

    expect(failureKindsOf(results)).toEqual(['retry', 'retry']);
    expect(await rig().received()).toEqual([]);
  });

  it('gives up a request that is aborted while it is under way', async () => {
    const stop = new AbortController();
    const results = rig().unanswered?.publish('Customer', entries, stop.signal);
    setTimeout(() => stop.abort(), 20);

    expect(failureKindsOf((await results) ?? [])).toEqual(['retry', 'retry']);
  });

  it('says that trying again may help when the system is not there', async () => {
    const results = await rig().unreachable?.publish('Customer', entries, never);

    expect(failureKindsOf(results ?? [])).toEqual(['retry', 'retry']);
  });

  it('says that an operator must help when the topic does not exist', async () => {
    const results = await rig().withoutTopic?.publish('Customer', entries, never);

    expect(failureKindsOf(results ?? [])).toEqual(['configuration', 'configuration']);
  });

  it('says of an event that the system refuses that only another one helps, and publishes the others', async () => {
    const { publisher, refused } = rig();
    const [first = customerEntry(1), last = customerEntry(2)] = entries;
    const given = [first, ...(refused ? [refused] : []), last];
    const results = await publisher.publish('Customer', given, never);

    expect(failureKindsOf(results)).toEqual(['published', 'event', 'published']);
    expect(byMsgId(await rig().received())).toEqual(byMsgId(entries));
  });

  it('publishes the same events when they are tried again', async () => {
    await rig().publisher.publish('Customer', entries, AbortSignal.abort());
    await rig().publisher.publish('Customer', entries, never);

    expect(byMsgId(await rig().received())).toEqual(byMsgId(entries));
  });
}

function ofDifferentAggregates(count: number): readonly PublishEntry[] {
  return Array.from({ length: Math.min(count, 10) }, (_, index) =>
    customerEntry(index, { id: `C-${index}` }),
  );
}

/** Events of C-1, then events of C-2: as many as a call takes. */
function ofTwoAggregates(count: number): readonly PublishEntry[] {
  const most = Math.min(count, 10);
  return Array.from({ length: most }, (_, index) =>
    customerEntry(index, { id: index < most / 2 ? 'C-1' : 'C-2' }),
  );
}

function receiptsOf(results: readonly PublishResult[]) {
  return results.map((result) => {
    if (!result.ok) throw new Error(`Not published: ${JSON.stringify(result.failure)}`);
    return result.receipt;
  });
}

function failureKindsOf(results: readonly PublishResult[]): readonly string[] {
  return results.map((result) => (result.ok ? 'published' : result.failure.kind));
}

function byMsgId(messages: readonly { readonly message: EventMessage }[]): Record<string, EventMessage> {
  return Object.fromEntries(messages.map(({ message }) => [message.meta.msgId, message]));
}
