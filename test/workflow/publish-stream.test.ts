import { describe, expect, it } from 'vitest';
import { InMemoryPublisher } from '../../src/activities/publishers/in-memory-publisher.ts';
import { validateMessages } from '../../src/client/publish/validate-messages.ts';
import { publishStream, type StreamTarget } from '../../src/client/stream/publish-stream.ts';
import type { PublishStreamError } from '../../src/common/errors.ts';
import { Customer, type CustomerMessage, renamed, renames } from '../support/customer.ts';
import { type Rig, until, withWorker } from '../support/publisher-worker.ts';
import { useTemporalDevServer } from '../support/temporal.ts';

const temporal = useTemporalDevServer();

function targetOf({ topic }: Rig): StreamTarget {
  return {
    topic: 'Customer',
    validate: (message) => validateMessages(Customer, [message], { maxMessageBytes: 262_144 }),
    publish: async (messages, options) => {
      await topic.publish(messages as CustomerMessage[], options);
    },
  };
}

/** `count` messages of `aggregates` aggregates, in turn. */
function* messagesOf(name: string, aggregates: number, count: number): Generator<CustomerMessage> {
  for (let number = 0; number < count; number += 1) {
    const id = `${name}-${number % aggregates}`;
    yield renamed(id, `${id}-${Math.floor(number / aggregates)}`);
  }
}

function publishedOf(publisher: InMemoryPublisher, id: string): readonly string[] {
  return publisher.messages.filter((message) => message.id === id).map(({ meta }) => meta.msgId);
}

function expectInOrder(publisher: InMemoryPublisher, messages: readonly CustomerMessage[]): void {
  for (const id of new Set(messages.map((message) => message.id))) {
    const msgIds = messages.filter((message) => message.id === id).map(({ meta }) => meta.msgId);
    expect(publishedOf(publisher, id)).toEqual(msgIds);
  }
}

describe('a stream', () => {
  it('of many aggregates is published, each in order', async () => {
    const publisher = new InMemoryPublisher();
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      const progress: number[] = [];
      const result = await topic.publishJsonStream(messagesOf('a', 40, 2_000), {
        onProgress: (accepted) => void progress.push(accepted),
      });
      expect(result).toEqual({ accepted: 2_000 });
      expect(progress.at(-1)).toBe(2_000);
      await until(() => publisher.messages.length >= 2_000);
      expectInOrder(publisher, [...messagesOf('a', 40, 2_000)]);
    });
  });

  it('of one aggregate is published in order', async () => {
    const publisher = new InMemoryPublisher();
    await withWorker(temporal.env, publisher, async ({ topic }) => {
      expect(await topic.publishJsonStream(renames('b', 1, 1_000))).toEqual({ accepted: 1_000 });
      await until(() => publisher.messages.length >= 1_000);
      expectInOrder(publisher, renames('b', 1, 1_000));
    });
  });

  it('that is interrupted, again and again, and resumed is published once, each aggregate in order', async () => {
    const publisher = new InMemoryPublisher();
    await withWorker(temporal.env, publisher, async (rig) => {
      const messages = [...messagesOf('c', 7, 700)];
      let calls = 0;
      const target = targetOf(rig);
      const losing: StreamTarget = {
        ...target,
        publish: async (...call) => {
          const isLost = ++calls % 9 === 0;
          await target.publish(...call);
          if (isLost) throw new Error('Temporal has taken it, and its answer is lost');
        },
      };
      let from = 0;
      let interruptions = 0;
      while (from < messages.length) {
        const outcome = await publishStream(losing, messages.slice(from), { maxInFlight: 50 }).catch(
          (error: PublishStreamError) => error,
        );
        if (outcome instanceof Error) expect(outcome.code).toBe('STREAM_INTERRUPTED');
        if (outcome instanceof Error) interruptions += 1;
        from += outcome.accepted;
      }
      await until(() => publisher.messages.length >= messages.length);
      expect(interruptions).toBeGreaterThan(2);
      expectInOrder(publisher, messages);
    });
  });
});
